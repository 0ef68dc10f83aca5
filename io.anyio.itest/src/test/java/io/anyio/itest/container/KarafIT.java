package io.anyio.itest.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.anyio.itest.exam.Reactor;
import io.anyio.itest.life.Ports;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Apache Karaf installs our features when it boots, and runs the demo from its folder {@code deploy}. What is changed
 * in its configuration, and why, is told in {@code docs/karaf.md}.
 */
@Timeout(900)
class KarafIT {
    private static final String VERSION = "4.4.10";
    private static final Path FEATURES = Path.of("../io.anyio.features/target/features.xml");
    private static final Pattern BUNDLE = Pattern.compile(">mvn:([^/]+)/([^/]+)/([^<]+)</bundle>");
    private static final Pattern SCR = Pattern.compile("(?s)<feature name=\"scr\".*?</feature>");

    @TempDir
    private Path folder;

    private Path home = Path.of("");
    private Path system = Path.of("");

    @BeforeEach
    void unpack() throws Exception {
        new Artifact("org.apache.karaf", "apache-karaf", VERSION, "zip").unpack(folder);
        home = folder.resolve("apache-karaf-" + VERSION);
        system = home.resolve("system");
        Files.createDirectories(home.resolve("data/tmp"));
        installDeclarativeServices();
        String ours = installOurFeatures();
        edit("startup.properties", "(?m)^mvn.*services\\.eventadmin.*\\R", "");
        edit("org.apache.karaf.features.cfg", "featuresRepositories = ", "$0" + ours + ", ");
        edit("org.apache.karaf.features.cfg", "(?m)^featuresBoot = (.*\\\\\\R)+.*$",
                "featuresBoot = anyio, anyio-operations");
        // All is in Karaf's own repository: it need not look elsewhere.
        edit("org.ops4j.pax.url.mvn.cfg", "(?m)^(org.ops4j.pax.url.mvn.repositories=)(.*\\\\\\R)+.*$", "$1");
        edit("org.ops4j.pax.url.mvn.cfg", "#(org.ops4j.pax.url.mvn.localRepository=)",
                "$1" + folder.resolve("repository"));
    }

    /** The distribution names the bundles of its feature {@code scr}, and does not bring them along. */
    private void installDeclarativeServices() throws Exception {
        String standard = Files.readString(system.resolve(
                "org/apache/karaf/features/standard/%1$s/standard-%1$s-features.xml".formatted(VERSION)));
        MatchResult scr = SCR.matcher(standard).results().findFirst().orElseThrow();
        for (Artifact bundle : bundles(scr.group())) {
            if (!Files.exists(system.resolve(bundle.path()))) install(bundle.path(), bundle.file());
        }
    }

    /** Puts the features file, and each bundle that it names, into Karaf's own repository; returns its URL. */
    private String installOurFeatures() throws Exception {
        List<Artifact> bundles = bundles(Files.readString(FEATURES));
        for (Artifact bundle : bundles) {
            boolean ours = bundle.group().equals("io.anyio");
            install(bundle.path(), ours ? Reactor.jar(bundle.name()).toPath() : bundle.file());
        }
        String version = bundles.getFirst().version();
        install(Path.of("io/anyio/io.anyio.features/%1$s/io.anyio.features-%1$s-features.xml".formatted(version)),
                FEATURES);
        return "mvn:io.anyio/io.anyio.features/" + version + "/xml/features";
    }

    private static List<Artifact> bundles(String features) {
        return BUNDLE.matcher(features).results()
                .map(url -> new Artifact(url.group(1), url.group(2), url.group(3), "jar")).toList();
    }

    private void install(Path path, Path file) throws IOException {
        Files.createDirectories(system.resolve(path).getParent());
        Files.copy(file, system.resolve(path));
    }

    private void edit(String file, String old, String replacement) throws IOException {
        Path path = home.resolve("etc").resolve(file);
        String before = Files.readString(path);
        String after = before.replaceFirst(old, replacement);
        assertNotEquals(before, after, () -> file + " has no " + old);
        Files.writeString(path, after);
    }

    @Test
    void itInstallsOurFeaturesAndRunsTheDemo() throws Exception {
        int port = Ports.free();
        Path demo = home.resolve("deploy/demo.jar");
        Files.copy(Reactor.jar("io.anyio.demo").toPath(), demo);
        try (ContainerProcess karaf = new ContainerProcess(home, home.resolve("output"), arguments(port))) {
            Talk.awaitOpen(port, karaf, this::log);
            Talk.assertEchoes(port, SocketFactory.getDefault());
            Talk.await(() -> log().contains("The backend is carrier"), this::log);
            Files.delete(demo);
            Talk.awaitClosed(port);
            Files.copy(Reactor.jar("io.anyio.demo").toPath(), demo);
            Talk.awaitOpen(port, karaf, this::log);
            Talk.assertEchoes(port, SocketFactory.getDefault());
            karaf.stop();
            assertFalse(Talk.isOpen(port));
            assertEquals(List.of(), log().lines().filter(line -> line.contains("ERROR")).toList());
        }
    }

    /** What {@code bin/karaf} gives to Java on JDK 25, but for the security manager and what our bundles never use. */
    private List<String> arguments(int port) throws IOException {
        String locator = home.resolve("lib/endorsed/org.apache.karaf.specs.locator-" + VERSION + ".jar").toString();
        String xml = home.resolve("lib/endorsed/org.apache.karaf.specs.java.xml-" + VERSION + ".jar").toString();
        return List.of(ContainerProcess.tool("java"),
                "--patch-module=java.base=" + locator,
                "--patch-module=java.xml=" + xml,
                "--add-reads=java.xml=java.logging",
                "--add-exports=java.base/org.apache.karaf.specs.locator=java.xml,ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.net=ALL-UNNAMED",
                "-Dkaraf.startLocalConsole=false",
                "-Dkaraf.startRemoteShell=false",
                "-Dkaraf.home=" + home,
                "-Dkaraf.base=" + home,
                "-Dkaraf.instances=" + home.resolve("instances"),
                "-Dkaraf.data=" + home.resolve("data"),
                "-Dkaraf.etc=" + home.resolve("etc"),
                "-Dkaraf.log=" + home.resolve("data/log"),
                "-Djava.io.tmpdir=" + home.resolve("data/tmp"),
                "-Djava.util.logging.config.file=" + home.resolve("etc/java.util.logging.properties"),
                "-Ddemo.port=" + port,
                "-Ddemo.chat.port=0",
                "-classpath", jars("lib/boot") + File.pathSeparator + jars("lib/jdk9plus"),
                "org.apache.karaf.main.Main");
    }

    private String jars(String where) throws IOException {
        try (Stream<Path> files = Files.list(home.resolve(where))) {
            return files.map(Path::toString).filter(name -> name.endsWith(".jar"))
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    /** What it printed, and its own log. */
    private String log() {
        try {
            Path log = home.resolve("data/log/karaf.log");
            return Files.readString(home.resolve("output")) + (Files.exists(log) ? Files.readString(log) : "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
