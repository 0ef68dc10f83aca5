package io.anyio.itest.exam;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/**
 * A small bundle made of test classes, built before the framework boots and installed by a test inside.
 *
 * <p>Given as an option in a {@link org.ops4j.pax.exam.Configuration} method. Its classes, with the classes nested in
 * them, are not part of the probe: they have the bundle's class loader. {@code @Component} and the other annotations
 * that bnd knows are processed. Take top-level classes: without one that is nested in a test class, Jupiter cannot find
 * that class's {@code @Nested} ones, and fails it.
 *
 * <p>Immutable.
 *
 * @param headers manifest headers and bnd instructions, such as {@code -exportcontents} to export a package of the
 * given classes
 */
public record UserBundle(String symbolicName, String version, List<Class<?>> classes, Map<String, String> headers)
        implements Option {

    /** Copies the collections. */
    public UserBundle {
        classes = List.copyOf(classes);
        headers = Map.copyOf(headers);
    }

    /** A bundle with version 1.0.0. */
    public static UserBundle of(String symbolicName, Class<?>... classes) {
        return new UserBundle(symbolicName, "1.0.0", List.of(classes), Map.of());
    }

    /** The same with another version, for updates. */
    public UserBundle version(String newVersion) {
        return new UserBundle(symbolicName, newVersion, classes, headers);
    }

    /** The same with one more header or instruction. */
    public UserBundle header(String name, String value) {
        var more = new HashMap<>(headers);
        more.put(name, value);
        return new UserBundle(symbolicName, version, classes, more);
    }

    /** Inside: the URL of the jar with version 1.0.0. */
    public static String location(String symbolicName) {
        return location(symbolicName, "1.0.0");
    }

    /**
     * Inside: the URL of the jar, for {@link BundleContext#installBundle(String)} or
     * {@link Bundle#update(InputStream)}.
     *
     * @throws NoSuchElementException if no option of the test class is this bundle
     */
    public static String location(String symbolicName, String version) {
        var location = System.getProperty(key(symbolicName, version));
        if (location == null) {
            throw new NoSuchElementException(
                    "User bundle %s %s is not among the options of the test class".formatted(symbolicName, version));
        }
        return location;
    }

    /** Inside: installs version 1.0.0 and starts it. */
    public static Bundle start(BundleContext context, String symbolicName) throws BundleException {
        var bundle = context.installBundle(location(symbolicName));
        bundle.start();
        return bundle;
    }

    /** The system property that tells the location inside. */
    String key() {
        return key(symbolicName, version);
    }

    private static String key(String symbolicName, String version) {
        return "io.anyio.itest.bundle.%s-%s".formatted(symbolicName, version);
    }

    /** The class files by their paths in a jar. */
    Map<String, Path> files() throws IOException, URISyntaxException {
        var files = new TreeMap<String, Path>();
        for (var type : classes) {
            var root = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
            var folder = root.resolve(type.getPackageName().replace('.', File.separatorChar));
            var name = type.getName().substring(type.getName().lastIndexOf('.') + 1);
            try (Stream<Path> found = Files.list(folder)) {
                found.filter(file -> file.getFileName().toString().equals(name + ".class")
                        || file.getFileName().toString().startsWith(name + "$"))
                        .forEach(file -> files.put(root.relativize(file).toString().replace(File.separatorChar, '/'),
                                file));
            }
        }
        return files;
    }
}
