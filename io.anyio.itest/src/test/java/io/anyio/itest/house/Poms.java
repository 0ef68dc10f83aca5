package io.anyio.itest.house;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What the poms say about dependencies, as far as the workspace's files say it too. */
final class Poms {
    private final Path root;
    private final Element parent;

    Poms(Path root) throws Exception {
        this.root = root;
        this.parent = read(root.resolve("pom.xml"));
    }

    String version() {
        return text(parent, "version");
    }

    /** A property of the root, as it is written. */
    String property(String name) {
        return text(child(parent, "properties"), name);
    }

    /** The versions that the root manages, by {@code group:artifact}. */
    Map<String, String> managedVersions() {
        Map<String, String> versions = new TreeMap<>();
        for (Element d : dependencies(child(parent, "dependencyManagement")))
            versions.put(coordinates(d), resolved(text(d, "version")));
        return versions;
    }

    /** A module's dependencies to compile with, its own and those of the root, by {@code group:artifact}. */
    List<String> compileDependencies(String module) throws Exception {
        return dependencies(module, Set.of("compile", "provided"));
    }

    /** A module's dependencies for its tests, by {@code group:artifact}. */
    List<String> testDependencies(String module) throws Exception {
        return dependencies(module, Set.of("test"));
    }

    private List<String> dependencies(String module, Set<String> scopes) throws Exception {
        List<Element> all = new ArrayList<>(dependencies(parent));
        all.addAll(dependencies(read(root.resolve(module).resolve("pom.xml"))));
        return all.stream().filter(d -> scopes.contains(text(d, "scope").isEmpty() ? "compile" : text(d, "scope")))
                .map(Poms::coordinates).distinct().sorted().toList();
    }

    private String resolved(String version) {
        if (!version.startsWith("${")) return version;
        String property = version.substring(2, version.length() - 1);
        return property.equals("project.version") ? version() : text(child(parent, "properties"), property);
    }

    private static String coordinates(Element dependency) {
        return text(dependency, "groupId") + ":" + text(dependency, "artifactId");
    }

    private static List<Element> dependencies(Element holder) {
        return children(child(holder, "dependencies"));
    }

    private static Element read(Path pom) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(pom.toFile())
                .getDocumentElement();
    }

    private static Element child(Element parent, String name) {
        return children(parent).stream().filter(e -> e.getTagName().equals(name)).findFirst().orElseThrow();
    }

    private static String text(Element parent, String name) {
        return children(parent).stream().filter(e -> e.getTagName().equals(name)).map(Node::getTextContent).findFirst()
                .orElse("").strip();
    }

    private static List<Element> children(Element parent) {
        NodeList nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength()).mapToObj(nodes::item).filter(Element.class::isInstance)
                .map(Element.class::cast).toList();
    }
}
