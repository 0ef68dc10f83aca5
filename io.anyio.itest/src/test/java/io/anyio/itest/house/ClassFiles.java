package io.anyio.itest.house;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The class files of our bundles. */
final class ClassFiles {
    private ClassFiles() {}

    /** Visits all of the bundles, or directories, in which some classes are. */
    static void visit(List<Class<?>> representatives, Consumer<Path> visitor) throws IOException, URISyntaxException {
        for (Class<?> representative : representatives) {
            Path place = Path.of(representative.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(place)) {
                visit(place, visitor);
            } else {
                try (FileSystem jar = FileSystems.newFileSystem(place)) {
                    visit(jar.getPath("/"), visitor);
                }
            }
        }
    }

    private static void visit(Path root, Consumer<Path> visitor) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(file -> file.toString().endsWith(".class")).forEach(visitor);
        }
    }
}
