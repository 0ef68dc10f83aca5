package io.anyio.itest.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.itest.exam.Reactor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * What others publish in a Maven repository.
 *
 * @param group its group
 * @param name its name
 * @param version its version
 * @param type such as {@code jar}
 */
record Artifact(String group, String name, String version, String type) {
    /** Finds or fetches its file; skips the test, with the reason, if it is not to be had. */
    Path file() throws Exception {
        Path file = Reactor.localRepository().resolve(path());
        if (!Files.exists(file)) {
            String answer = fetch();
            assumeTrue(Files.exists(file), () -> this + " is not to be had: " + answer);
        }
        return file;
    }

    /** Where it is in a repository. */
    Path path() {
        return Path.of(group.replace('.', '/'), name, version, name + "-" + version + "." + type);
    }

    /** With the Maven that runs this build, into its repository; returns what it prints. */
    private String fetch() throws Exception {
        Path maven = Path.of(System.getProperty("maven.home"), "bin", "mvn");
        Process process = new ProcessBuilder(maven.toString(), "-B", "-q", "-ntp",
                "-Dmaven.repo.local=" + Reactor.localRepository(),
                "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get", "-Dtransitive=false",
                "-Dartifact=" + String.join(":", group, name, version, type)).redirectErrorStream(true).start();
        String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return answer;
    }

    /** Unpacks a zip. */
    void unpack(Path folder) throws Exception {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(file()))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                write(in, entry, folder.resolve(entry.getName()));
            }
        }
    }

    private static void write(InputStream in, ZipEntry entry, Path file) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(file);
        } else {
            Files.createDirectories(file.getParent());
            Files.copy(in, file);
        }
    }
}
