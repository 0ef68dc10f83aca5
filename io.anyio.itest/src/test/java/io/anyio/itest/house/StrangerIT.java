package io.anyio.itest.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.itest.exam.Reactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A project that is no module builds, tests, resolves and runs with what a user gets: the artifacts in a repository, by
 * the BOM, with no flag of ours. Its sources are what the README shows.
 */
class StrangerIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path STRANGER = Path.of("stranger");
    private static final Set<String> NOT_FOR_USERS = Set.of("io.anyio.demo", "io.anyio.proof");

    private static final String TESTED = "Tests run: 2, Failures: 0, Errors: 0, Skipped: 1";

    @TempDir
    private Path folder;

    @Test
    void itBuildsTestsResolvesAndRuns() throws Exception {
        copy(STRANGER, folder.resolve("project"));
        String output = maven(repository(), "verify", "exec:java", "-Dexec.mainClass=com.example.Hello");
        assertAll(
                () -> assertTrue(output.contains("BUILD SUCCESS"), output),
                // without flags, the run on the other backend is skipped
                () -> assertTrue(output.contains(TESTED), output),
                () -> assertTrue(output.lines().anyMatch("hello"::equals), output),
                () -> assertTrue(output.contains("io.anyio.net;version="), output),
                () -> assertEquals(List.of(), output.lines().filter(line -> line.contains("[WARNING]"))
                        .filter(line -> !line.contains(TESTED)).toList()));
    }

    @Test
    void theReadmeShowsItsSources() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        assertAll(Stream.of("src/main/java/com/example/Hello.java", "src/main/java/com/example/Echo.java",
                "src/test/java/com/example/HelloTest.java", "app.bndrun").map(STRANGER::resolve)
                .map(file -> () -> assertTrue(readme.contains(Files.readString(file)), "README.md has not " + file)));
    }

    @Test
    void theBomHasWhatIsForUsersInOneVersion() throws Exception {
        String version = new Poms(ROOT).version();
        Map<String, String> expected = new TreeMap<>();
        Stream.concat(Bundles.ours().keySet().stream(), Stream.of("io.anyio.features"))
                .filter(name -> !NOT_FOR_USERS.contains(name))
                .forEach(name -> expected.put("io.anyio:" + name, version));
        assertEquals(expected, new Poms(ROOT.resolve("io.anyio.bom")).managedVersions());
    }

    /**
     * A local repository in which our artifacts are installed, and no others of ours. All else is linked to the local
     * repository of this build, so that nothing is fetched twice.
     */
    private Path repository() throws Exception {
        Path repository = Files.createDirectories(folder.resolve("repository"));
        link(Reactor.localRepository(), repository, "io");
        link(Reactor.localRepository().resolve("io"), Files.createDirectories(repository.resolve("io")), "anyio");
        String version = new Poms(ROOT).version();
        install(repository, "io.anyio.parent", version, ROOT.resolve("pom.xml"), "pom");
        install(repository, "io.anyio.bom", version, ROOT.resolve("io.anyio.bom/pom.xml"), "pom");
        for (Map.Entry<String, Path> bundle : Bundles.ours().entrySet()) {
            install(repository, bundle.getKey(), version, ROOT.resolve(bundle.getKey()).resolve("pom.xml"), "pom");
            install(repository, bundle.getKey(), version, bundle.getValue(), "jar");
        }
        return repository;
    }

    private static void link(Path from, Path to, String notThis) throws IOException {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                if (!entry.endsWith(notThis)) Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
            }
        }
    }

    private static void install(Path repository, String name, String version, Path file, String type)
            throws IOException {
        Path directory = Files.createDirectories(repository.resolve("io/anyio").resolve(name).resolve(version));
        Files.copy(file, directory.resolve(name + "-" + version + "." + type));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file))
                    Files.createDirectories(target);
                else
                    Files.copy(file, target);
            }
        }
    }

    private String maven(Path repository, String... words) throws Exception {
        Path maven = Path.of(System.getProperty("maven.home"), "bin", "mvn");
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                Stream.of(maven.toString(), "-B", "-ntp", "-Dstyle.color=never", "-Dmaven.repo.local=" + repository,
                        "-Danyio.version=" + new Poms(ROOT).version()),
                Stream.of(words)).toList());
        builder.directory(folder.resolve("project").toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output;
    }
}
