package io.anyio.itest.exam;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.vmOptions;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.TestContainerException;

/** Options that provision bundles from the class path of the tests, where Maven put them: nothing is downloaded. */
public final class Reactor {

    private static final Map<String, File> JARS = jars();

    private Reactor() {}

    /**
     * Provisions and starts bundles.
     *
     * @throws TestContainerException if no jar on the class path has one of the symbolic names
     */
    public static Option bundles(String... symbolicNames) {
        return composite(Stream.of(symbolicNames).map(Reactor::provision).toArray(Option[]::new));
    }

    /** Provisions Felix SCR and what it needs. */
    public static Option declarativeServices() {
        return bundles("org.apache.felix.scr", "org.osgi.service.component", "org.osgi.util.promise",
                "org.osgi.util.function");
    }

    /** Provisions JUnit; every framework of a {@link PaxExam} class has it without asking. */
    public static Option junit() {
        return bundles("junit-platform-commons", "junit-platform-engine", "junit-platform-launcher",
                "junit-jupiter-api", "junit-jupiter-engine", "junit-jupiter-params", "org.opentest4j",
                "org.jspecify.jspecify");
    }

    /** What the carrier backend needs: to schedule virtual threads itself, and to poll with Linux' epoll. */
    public static Option carrierFlags() {
        return vmOptions("--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED");
    }

    private static Option provision(String symbolicName) {
        return bundle(jar(symbolicName).toURI().toString());
    }

    /** The local repository of this build: Maven put the jar of the tests' engine six folders below it. */
    public static Path localRepository() throws URISyntaxException {
        Path path = Path.of(Test.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        for (int i = 0; i < 6; i++) {
            path = path.getParent();
        }
        return path;
    }

    /**
     * Finds a bundle on the class path.
     *
     * @throws TestContainerException if no jar on the class path has the symbolic name
     */
    public static File jar(String symbolicName) {
        var jar = JARS.get(symbolicName);
        if (jar == null) {
            throw new TestContainerException("""
                    No jar on the class path has Bundle-SymbolicName %s: \
                    declare it as a dependency, and run the tests after the modules are packaged (mvn verify)\
                    """.formatted(symbolicName));
        }
        return jar;
    }

    private static Map<String, File> jars() {
        var jars = new HashMap<String, File>();
        for (var entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.endsWith(".jar")) {
                symbolicName(new File(entry)).ifPresent(name -> jars.putIfAbsent(name, new File(entry)));
            }
        }
        return jars;
    }

    private static Optional<String> symbolicName(File file) {
        try (var jar = new JarFile(file)) {
            return Optional.ofNullable(jar.getManifest())
                    .map(manifest -> manifest.getMainAttributes().getValue("Bundle-SymbolicName"))
                    .map(header -> header.split(";")[0].strip());
        } catch (IOException e) {
            throw new UncheckedIOException("Class path entry is not a jar: " + file, e);
        }
    }
}
