package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The features for Apache Karaf name each bundle that a user needs, and each other. {@code KarafIT} installs them. */
class FeaturesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path FILE = ROOT.resolve("io.anyio.features/src/main/feature/features.xml");
    private static final Set<String> NOT_FOR_CONTAINERS = Set.of("io.anyio.demo", "io.anyio.proof", "io.anyio.testing");
    /** Comes with Karaf. */
    private static final String SCR = "scr";

    /** The elements of each feature. */
    private static final Map<String, Element> FEATURES = new TreeMap<>();

    @BeforeAll
    static void read() throws Exception {
        Element root = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(FILE.toFile())
                .getDocumentElement();
        assertEquals("http://karaf.apache.org/xmlns/features/v1.6.0", root.getAttribute("xmlns"));
        for (Element feature : children(root, "feature")) {
            FEATURES.put(feature.getAttribute("name"), feature);
        }
    }

    private static List<Element> children(Element parent, String name) {
        NodeList nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength()).mapToObj(nodes::item).filter(Element.class::isInstance)
                .map(Element.class::cast).filter(child -> child.getTagName().equals(name)).toList();
    }

    @Test
    void eachBundleHasAFeatureOfItsName() throws IOException {
        Map<String, String> expected = new TreeMap<>();
        try (Stream<Path> folders = Files.list(ROOT)) {
            folders.filter(folder -> Files.exists(folder.resolve("bnd.bnd"))
                    && Files.exists(folder.resolve("src/main/java"))).map(folder -> folder.getFileName().toString())
                    .filter(name -> !NOT_FOR_CONTAINERS.contains(name))
                    .forEach(name -> expected.put(name.replaceFirst("io\\.anyio\\.", "anyio-"),
                            "mvn:io.anyio/" + name + "/${project.version}"));
        }
        Map<String, String> bundles = new TreeMap<>();
        FEATURES.forEach((name, feature) -> children(feature, "bundle").stream()
                .filter(bundle -> !bundle.hasAttribute("dependency"))
                .forEach(bundle -> bundles.put(name, bundle.getTextContent())));
        assertEquals(expected, bundles);
    }

    @Test
    void oneFeatureHasAllButOperations() {
        Set<String> reached = new TreeSet<>();
        reach("anyio", reached);
        Set<String> all = new TreeSet<>(FEATURES.keySet());
        all.remove("anyio-operations");
        assertEquals(all, reached);
    }

    private static void reach(String name, Set<String> reached) {
        Element feature = FEATURES.get(name);
        if (feature != null && reached.add(name)) {
            children(feature, "feature").forEach(asked -> reach(asked.getTextContent(), reached));
        }
    }

    @Test
    void eachFeatureThatIsAskedForIsThere() {
        Set<String> asked = FEATURES.values().stream().flatMap(feature -> children(feature, "feature").stream())
                .map(Element::getTextContent).collect(Collectors.toCollection(TreeSet::new));
        assertTrue(asked.remove(SCR));
        assertTrue(FEATURES.keySet().containsAll(asked), () -> asked + " against " + FEATURES.keySet());
    }
}
