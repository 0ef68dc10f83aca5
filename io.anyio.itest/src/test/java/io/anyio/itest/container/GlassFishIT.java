package io.anyio.itest.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.anyio.examples.JakartaExamples;
import io.anyio.itest.exam.Reactor;
import io.anyio.itest.exam.UserBundle;
import io.anyio.itest.exam.UserBundleBuilder;
import io.anyio.itest.life.Ports;
import io.anyio.itest.table.Keys;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * GlassFish, which is Jakarta EE on Felix, runs our bundles, and a WAR with our jars. What it lacks for them is told in
 * {@code docs/jakarta.md}.
 */
@Timeout(1200)
class GlassFishIT {
    private static final Artifact GLASSFISH = new Artifact("org.glassfish.main.distributions", "glassfish", "8.0.0",
            "zip");
    private static final List<String> BUNDLES = List.of("org.osgi.util.function", "org.osgi.util.promise",
            "org.osgi.service.component", "org.apache.felix.scr", "io.anyio.api", "io.anyio.impl", "io.anyio.net",
            "io.anyio.tls");
    private static final List<Class<?>> CLASSES = List.of(JakartaExamples.class, JakartaExamples.Ask.class,
            JakartaExamples.Name.class);
    private static final List<String> JARS = List.of("io.anyio.api", "io.anyio.impl", "io.anyio.net", "io.anyio.tls");
    /** The jars in the WAR, and not the bundles of the server. */
    private static final String WEB = "<glassfish-web-app><class-loader delegate=\"false\"/></glassfish-web-app>";
    private static final List<String> PORTS = List.of("8080", "8181", "4848", "8686", "3700", "3820", "3920", "7676");

    @TempDir
    private Path folder;

    private Path home = Path.of("");
    private Path domain = Path.of("");
    private int http;
    private int plain;
    private int secured;
    private @Nullable SSLContext trusting;

    @BeforeEach
    void unpack() throws Exception {
        GLASSFISH.unpack(folder);
        home = folder.resolve("glassfish8/glassfish");
        domain = home.resolve("domains/domain1");
        http = Ports.free();
        plain = Ports.free();
        secured = Ports.free();
        usePortsOfItsOwn();
        knowOldEnvironments();
        installBundles();
        configure();
    }

    private void usePortsOfItsOwn() throws IOException {
        Path file = domain.resolve("config/domain.xml");
        String text = Files.readString(file);
        for (String port : PORTS) {
            int other = port.equals("8080") ? http : Ports.free();
            text = text.replace("port=\"" + port + "\"", "port=\"" + other + "\"");
        }
        Files.writeString(file, text);
    }

    /** The API bundles of Declarative Services require one that each JDK has, and GlassFish does not list it. */
    private void knowOldEnvironments() throws IOException {
        Files.writeString(home.resolve("config/osgi.properties"), """

                org.osgi.framework.system.capabilities.extra=\
                osgi.ee;osgi.ee="JavaSE/compact1";version:List<Version>="1.8"
                """, StandardOpenOption.APPEND);
    }

    private void installBundles() throws Exception {
        for (String bundle : BUNDLES) {
            Files.copy(Reactor.jar(bundle).toPath(), bundles().resolve(bundle + ".jar"));
        }
        Path echo = UserBundleBuilder.build(UserBundle.of("echo", Echo.class), folder);
        Files.copy(echo, bundles().resolve("echo.jar"));
    }

    private Path bundles() {
        return domain.resolve("autodeploy/bundles");
    }

    /** Two end points of one handler, and the keys of the second. */
    private void configure() throws Exception {
        trusting = Keys.make(folder);
        configure("io.anyio.tls.context-web", Map.of("anyio.tls.name", "web", "keyStore",
                folder.resolve(Keys.FILE).toString(), "keyStorePassword", Keys.PASSWORD));
        configure("io.anyio.net.listener-plain", Map.of("handler.target", "(component.name\\=echo)",
                "anyio.tcp.port", plain));
        configure("io.anyio.net.listener-secured", Map.of("handler.target", "(component.name\\=echo)",
                "anyio.tcp.port", secured, "anyio.tcp.tls", "web"));
    }

    private void configure(String pid, Map<String, ?> values) throws IOException {
        Files.write(bundles().resolve(pid + ".cfg"),
                values.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList());
    }

    @Test
    void itRunsOurBundlesAndAWar() throws Exception {
        try (ContainerProcess server = start()) {
            Talk.awaitOpen(plain, server, this::log);
            Talk.awaitOpen(secured, server, this::log);
            Talk.assertEchoes(plain, SocketFactory.getDefault());
            Talk.assertEchoes(secured, Objects.requireNonNull(trusting).getSocketFactory());

            Path war = domain.resolve("autodeploy/shop.war");
            Files.move(writeWar(), war);
            Talk.await(() -> get("/shop/ask?port=" + plain).equals("200 hello"),
                    () -> get("/shop/ask?port=" + plain) + log());
            assertEquals("200 shop", get("/shop/name"));
            assertEquals(1, count(server, "ask"));
            Files.delete(war);
            Talk.await(() -> count(server, "ask") == 0 && count(server, "anyio-watchdog") == 1,
                    () -> server.threads() + log());

            Files.delete(bundles().resolve("echo.jar"));
            assertFalse(log().contains("slower backend pool"), this::log);
            Talk.awaitClosed(plain);
            Talk.awaitClosed(secured);
            stop();
            server.awaitEnd();
            assertFalse(Talk.isOpen(http));
        }
    }

    /** How many threads have this name: a loop has one, and all loops of a class loader share a watchdog. */
    private static long count(ContainerProcess server, String name) {
        return server.threads().lines().filter(line -> line.startsWith('"' + name + '"')).count();
    }

    private ContainerProcess start() throws IOException {
        return new ContainerProcess(home, home.resolve("output"), asadmin("start-domain", "--verbose"));
    }

    private void stop() {
        ContainerProcess.run(asadmin("stop-domain"));
    }

    private List<String> asadmin(String... arguments) {
        List<String> command = new ArrayList<>(List.of("bash", home.resolve("bin/asadmin").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** What it printed: its log, too. */
    private String log() {
        try {
            return Files.readString(home.resolve("output"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The servlets of the guide, with our jars beside them. */
    private Path writeWar() throws Exception {
        Path war = folder.resolve("shop.war");
        try (FileSystem zip = FileSystems.newFileSystem(war, Map.of("create", "true"))) {
            Path classes = zip.getPath("WEB-INF/classes/io/anyio/examples");
            Files.createDirectories(classes);
            for (Class<?> type : CLASSES) {
                String name = type.getName().substring(type.getPackageName().length() + 1) + ".class";
                try (InputStream code = type.getResourceAsStream(name)) {
                    Files.copy(code, classes.resolve(name));
                }
            }
            Path jars = zip.getPath("WEB-INF/lib");
            Files.createDirectories(jars);
            for (String jar : JARS) {
                Files.copy(Reactor.jar(jar).toPath(), jars.resolve(jar + ".jar"));
            }
            Files.writeString(zip.getPath("WEB-INF/glassfish-web.xml"), WEB);
        }
        return war;
    }

    private String get(String path) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + http + path)).build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException | InterruptedException e) {
            return e.toString();
        }
    }
}
