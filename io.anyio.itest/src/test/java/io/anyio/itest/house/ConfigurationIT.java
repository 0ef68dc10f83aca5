package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The page of all PIDs and keys is what the metatype of the bundles says, which bnd makes of annotation types. */
class ConfigurationIT {
    private static final Path PAGE = Path.of("../docs/configuration.md");
    private static final String MANY = "2147483647";

    /** The text of each PID, in their order. */
    private final Map<String, List<String>> pids = new TreeMap<>();

    /** The PIDs of components. */
    private final TreeSet<String> used = new TreeSet<>();

    @Test
    void thePageHasEachPidAndKey() throws Exception {
        for (String bundle : List.of("io.anyio.impl", "io.anyio.net", "io.anyio.tls", "io.anyio.operations")) {
            Path jar = Bundles.ours().get(bundle);
            assertTrue(jar != null, bundle + " is not built: run mvn verify");
            read(bundle, jar);
        }
        List<String> page = """
                # Configuration

                The PIDs and keys that the metatype of the bundles has. `io.anyio.net.whiteboard` is not among them, \
                because its keys
                are free. A test makes this page from the bundles and compares; `mvn verify -Dpage.update=true` writes \
                it. More is in
                [the whiteboard](whiteboard.md), [TLS](tls.md), [TCP](tcp.md) and [architecture](architecture.md).
                """.lines().collect(Collectors.toCollection(ArrayList::new));
        pids.values().forEach(page::addAll);
        if (Boolean.getBoolean("page.update")) {
            Files.write(PAGE, page);
        }
        assertEquals(String.join("\n", page), String.join("\n", Files.readAllLines(PAGE)));
        used.removeAll(pids.keySet());
        assertEquals(List.of("io.anyio.net.whiteboard"), List.copyOf(used), "its keys are free: see whiteboard.md");
    }

    private void read(String bundle, Path jar) throws Exception {
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : file.stream().toList()) {
                if (entry.getName().startsWith("OSGI-INF/metatype/") && entry.getName().endsWith(".xml")) {
                    describe(bundle, parse(file, entry));
                } else if (entry.getName().startsWith("OSGI-INF/") && entry.getName().endsWith(".xml")) {
                    String pid = parse(file, entry).getDocumentElement().getAttribute("configuration-pid");
                    if (!pid.isEmpty()) {
                        used.add(pid);
                    }
                }
            }
        }
    }

    private static Document parse(JarFile file, JarEntry entry) throws Exception {
        try (InputStream xml = file.getInputStream(entry)) {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml);
        }
    }

    private void describe(String bundle, Document metatype) throws IOException {
        Element designate = elements(metatype.getElementsByTagName("Designate")).findFirst().orElseThrow();
        Element type = elements(metatype.getElementsByTagName("OCD")).findFirst().orElseThrow();
        boolean factory = designate.hasAttribute("factoryPid");
        String pid = designate.getAttribute(factory ? "factoryPid" : "pid");
        List<String> text = new ArrayList<>(List.of("", "## " + pid + (factory ? "~name" : ""), "",
                type.getAttribute("description") + ". In the bundle `" + bundle + "`.", "",
                "| key | type | default | meaning |", "| --- | --- | --- | --- |"));
        elements(type.getElementsByTagName("AD")).map(ConfigurationIT::row).forEach(text::add);
        pids.put(pid, text);
    }

    private static String row(Element key) {
        String value = key.getAttribute("default");
        String options = String.join(", ",
                elements(key.getElementsByTagName("Option")).map(one -> "`" + one.getAttribute("value") + "`")
                        .toList());
        return "| `" + key.getAttribute("id") + "` | " + key.getAttribute("type")
                + (key.getAttribute("cardinality").equals(MANY) ? "s" : "") + " | "
                + (!key.hasAttribute("default") ? "required" : value.isEmpty() ? "" : "`" + value + "`") + " | "
                + key.getAttribute("description") + (options.isEmpty() ? "" : ": " + options) + " |";
    }

    private static Stream<Element> elements(NodeList nodes) {
        return IntStream.range(0, nodes.getLength()).mapToObj(nodes::item).map(Element.class::cast);
    }
}
