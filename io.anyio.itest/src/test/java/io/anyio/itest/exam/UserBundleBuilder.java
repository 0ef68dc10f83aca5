package io.anyio.itest.exam;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.FileResource;
import aQute.bnd.osgi.Jar;
import java.io.File;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.ops4j.pax.exam.TestContainerException;

/** Builds user bundles with bnd; apart from {@link UserBundle}, because bnd is not there inside. */
public final class UserBundleBuilder {

    private UserBundleBuilder() {}

    /** Writes the bundle's jar to {@code directory}. */
    public static Path build(UserBundle bundle, Path directory) throws Exception {
        try (var builder = new Builder()) {
            var content = new Jar(bundle.symbolicName());
            for (var file : bundle.files().entrySet()) {
                content.putResource(file.getKey(), new FileResource(file.getValue()));
            }
            builder.setJar(content);
            // For the versions of imported packages.
            builder.setClasspath(Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(File::new).filter(File::exists).toArray(File[]::new));
            builder.setProperty("Bundle-SymbolicName", bundle.symbolicName());
            builder.setProperty("Bundle-Version", bundle.version());
            bundle.headers().forEach(builder::setProperty);
            var jar = builder.build();
            if (!builder.isOk()) {
                throw new TestContainerException("User bundle %s cannot be built: %s %s"
                        .formatted(bundle.symbolicName(), builder.getErrors(), builder.getWarnings()));
            }
            var file = directory.resolve("%s-%s.jar".formatted(bundle.symbolicName(), bundle.version()));
            jar.write(file.toFile());
            return file;
        }
    }
}
