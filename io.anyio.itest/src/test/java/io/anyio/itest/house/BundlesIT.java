package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.eclipse.osgi.util.ManifestElement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;

/** What the bundles that a user installs ask for, and what they weigh. */
class BundlesIT {
    private static final List<String> INSTALLED = List.of("io.anyio.api", "io.anyio.impl", "io.anyio.net",
            "io.anyio.tls");
    /** Of the four together. */
    private static final long MOST_BYTES = 1_250_000;

    private static Map<String, Path> bundles = Map.of();

    @BeforeAll
    static void find() throws IOException {
        bundles = Bundles.ours();
        assertTrue(bundles.keySet().containsAll(INSTALLED), "The bundles are not built: run mvn verify");
    }

    /** Each import of another package than ours, of a bundle; the optional ones with a question mark. */
    private static Set<String> imports(String bundle) throws IOException, BundleException {
        Set<String> foreign = new TreeSet<>();
        try (JarFile jar = new JarFile(bundles.get(bundle).toFile())) {
            String header = jar.getManifest().getMainAttributes().getValue(Constants.IMPORT_PACKAGE);
            for (ManifestElement element : ManifestElement.parseHeader(Constants.IMPORT_PACKAGE, header)) {
                boolean optional = Constants.RESOLUTION_OPTIONAL
                        .equals(element.getDirective(Constants.RESOLUTION_DIRECTIVE));
                for (String name : element.getValueComponents()) {
                    if (!name.startsWith("io.anyio.api.") || optional) {
                        foreign.add(name + (optional ? "?" : ""));
                    }
                }
            }
        }
        return foreign;
    }

    @Test
    void theyImportTheFrameworkDeclarativeServicesAndOurApiOnly() throws Exception {
        Map<String, Set<String>> all = new LinkedHashMap<>();
        for (String bundle : INSTALLED) {
            all.put(bundle, imports(bundle));
        }
        assertEquals(Map.of(
                "io.anyio.api", Set.of("javax.net.ssl", "org.osgi.framework", "org.osgi.framework.wiring"),
                "io.anyio.impl",
                Set.of("jdk.jfr?", "org.osgi.framework", "org.osgi.service.component", "org.osgi.service.condition",
                        "org.osgi.util.tracker", "sun.misc?"),
                "io.anyio.net", Set.of("org.osgi.framework", "org.osgi.service.component"),
                "io.anyio.tls", Set.of("javax.net.ssl", "javax.security.auth.x500", "org.osgi.framework")), all);
    }

    /** A list would be wrong if it were not all. */
    @Test
    void theyAskForNoBundleAndImportNothingLater() throws Exception {
        for (String bundle : INSTALLED) {
            try (JarFile jar = new JarFile(bundles.get(bundle).toFile())) {
                for (String header : List.of(Constants.REQUIRE_BUNDLE, Constants.DYNAMICIMPORT_PACKAGE,
                        Constants.FRAGMENT_HOST)) {
                    assertNull(jar.getManifest().getMainAttributes().getValue(header), bundle + ": " + header);
                }
            }
        }
    }

    /** As the javadoc of our packages tells: a change before 1.0 that breaks a consumer makes it 1.0. */
    @Test
    void aConsumerImportsUpToTheNextMajorVersionAndAProviderUpToTheNextMinor() throws Exception {
        assertEquals(Set.of("[0.1,1)"), Set.copyOf(rangesOfOurs("io.anyio.demo").values()));
        Map<String, String> ofProvider = rangesOfOurs("io.anyio.impl");
        assertEquals("[0.1,0.2)", ofProvider.get("io.anyio.api.task"), ofProvider::toString);
        assertEquals("[0.1,1)", ofProvider.get("io.anyio.api.spi.error"), ofProvider::toString);
    }

    private static Map<String, String> rangesOfOurs(String bundle) throws IOException, BundleException {
        try (JarFile jar = new JarFile(bundles.get(bundle).toFile())) {
            ManifestElement[] imports = ManifestElement.parseHeader(Constants.IMPORT_PACKAGE,
                    jar.getManifest().getMainAttributes().getValue(Constants.IMPORT_PACKAGE));
            return Arrays.stream(imports).filter(element -> element.getValue().startsWith("io.anyio.api"))
                    .collect(Collectors.toMap(ManifestElement::getValue,
                            element -> element.getAttribute(Constants.VERSION_ATTRIBUTE)));
        }
    }

    @Test
    void theyDoNotGrowUnseen() throws IOException {
        long bytes = 0;
        for (String bundle : INSTALLED) {
            bytes += Files.size(bundles.get(bundle));
        }
        long weight = bytes;
        assertTrue(weight < MOST_BYTES, () -> INSTALLED + " have " + weight + " bytes");
    }
}
