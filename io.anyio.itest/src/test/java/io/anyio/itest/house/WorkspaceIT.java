package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aQute.bnd.build.Container;
import aQute.bnd.build.Project;
import aQute.bnd.build.Workspace;
import io.anyio.itest.exam.Reactor;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tree is a Bndtools workspace too, and builds there what Maven builds. */
class WorkspaceIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    /** Headers that only the pom knows, or that only one of the two tools writes. */
    private static final Set<String> OF_MAVEN_ONLY = Set.of("Bundle-Description", "Bundle-Name", "Manifest-Version");

    @TempDir
    static Path copy;

    private static Poms poms;
    private static Workspace workspace;

    @BeforeAll
    static void open() throws Exception {
        copySourcesAndClasses();
        Path build = copy.resolve("cnf/build.bnd");
        String text = Files.readString(build);
        assertTrue(text.contains("readOnly=true"), "cnf/build.bnd has no read-only repository");
        Files.writeString(build,
                text.replace("readOnly=true", "readOnly=true;local=\"" + Reactor.localRepository() + "\""));
        poms = new Poms(ROOT);
        workspace = new Workspace(copy.toFile());
        workspace.setOffline(true);
    }

    @AfterAll
    static void close() {
        workspace.close();
    }

    @Test
    void eachModuleIsAProject() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            Set<String> modules = folders.filter(f -> Files.exists(f.resolve("bnd.bnd")))
                    .map(f -> f.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
            assertTrue(modules.containsAll(Bundles.ours().keySet()), modules.toString());
            assertEquals(modules, workspace.getAllProjects().stream().map(Project::getName)
                    .collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    @Test
    void eachProjectBuildsTheBundleThatMavenBuilt() throws Exception {
        Map<String, Path> ofMaven = Bundles.ours();
        Map<String, Path> ofBnd = new TreeMap<>();
        for (Project project : workspace.getBuildOrder()) {
            File[] built = project.build();
            assertTrue(project.check(), () -> project.getName() + ": " + project.getErrors() + project.getWarnings());
            if (!project.isNoBundles()) Arrays.stream(built).forEach(jar -> ofBnd.put(project.getName(), jar.toPath()));
        }
        assertTrue(workspace.check(), () -> workspace.getErrors().toString() + workspace.getWarnings());
        assertEquals(ofMaven.keySet(), ofBnd.keySet());
        assertAll(ofMaven.keySet().stream()
                .map(name -> () -> assertEquals(manifest(ofMaven.get(name)), manifest(ofBnd.get(name)), name)));
    }

    @Test
    void theBuildPathsAreThoseOfThePoms() throws Exception {
        for (Project project : workspace.getAllProjects()) {
            if (project.isNoBundles()) continue;
            assertEquals(symbolicNames(poms.compileDependencies(project.getName())), names(project.getBuildpath()),
                    project.getName() + ": -buildpath in bnd.bnd and cnf/build.bnd, against pom.xml");
            assertEquals(ours(symbolicNames(poms.testDependencies(project.getName()))),
                    ours(names(project.getTestpath())), project.getName() + ": -testpath in bnd.bnd, against pom.xml");
            assertTrue(project.check(), () -> project.getName() + ": " + project.getErrors() + project.getWarnings());
        }
    }

    @Test
    void theRepositoryHoldsTheVersionsOfThePoms() throws Exception {
        Map<String, String> managed = poms.managedVersions();
        Map<String, String> onClassPath = versionsOnClassPath();
        List<String> artifacts = Files.readAllLines(ROOT.resolve("cnf/central.mvn")).stream()
                .filter(l -> !l.isBlank() && !l.startsWith("#")).toList();
        for (String artifact : artifacts) {
            String coordinates = artifact.substring(0, artifact.lastIndexOf(':'));
            String version = managed.getOrDefault(coordinates, onClassPath.get(coordinates));
            assertEquals(coordinates + ":" + version, artifact, "cnf/central.mvn against the poms");
        }
        for (String dependency : poms.compileDependencies("io.anyio.app")) {
            if (dependency.startsWith("io.anyio:")) continue;
            assertTrue(artifacts.contains(dependency + ":" + managed.get(dependency)),
                    "cnf/central.mvn lacks " + dependency + " of io.anyio.app");
        }
        List<String> inRepository = workspace.getRepository("Central").list(null);
        assertEquals(artifacts.size(), inRepository.size(), () -> artifacts + "\nagainst\n" + inRepository);
    }

    @Test
    void theBundlesHaveTheVersionOfThePoms() {
        assertEquals(poms.version().replace('-', '.'), workspace.getProperty("Bundle-Version"),
                "Bundle-Version in cnf/build.bnd against pom.xml");
    }

    /** All but what a build makes; of that, the classes, which the workspace builds its jars from. */
    private static void copySourcesAndClasses() throws IOException {
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                String name = folder.getFileName().toString();
                Path parent = folder.getParent().getFileName();
                boolean output = name.equals("target")
                        || parent.toString().equals("target") && !name.endsWith("classes");
                boolean foreign = name.startsWith(".") || name.equals("cache") || name.equals("io.anyio.bench");
                if (!folder.equals(ROOT) && (foreign || output && !name.equals("target")))
                    return FileVisitResult.SKIP_SUBTREE;
                Files.createDirectories(copy.resolve(ROOT.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.getParent().endsWith("target")) Files.copy(file, copy.resolve(ROOT.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static Map<String, String> manifest(Path bundle) throws IOException {
        try (JarFile jar = new JarFile(bundle.toFile())) {
            Attributes attributes = jar.getManifest().getMainAttributes();
            return attributes.keySet().stream().map(Object::toString).filter(name -> !OF_MAVEN_ONLY.contains(name))
                    .collect(Collectors.toMap(name -> name, attributes::getValue, (a, _) -> a, TreeMap::new));
        }
    }

    private static Set<String> names(Collection<Container> path) {
        return path.stream().map(Container::getBundleSymbolicName).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> ours(Set<String> names) {
        return names.stream().filter(name -> name.startsWith("io.anyio."))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What the workspace calls an artifact. */
    private static Set<String> symbolicNames(List<String> coordinates) throws Exception {
        Set<String> names = new TreeSet<>();
        for (String c : coordinates) {
            String[] parts = c.split(":");
            names.add(parts[0].equals("io.anyio") ? parts[1] : symbolicName(parts[0], parts[1]));
        }
        return names;
    }

    private static String symbolicName(String group, String artifact) throws Exception {
        String version = poms.managedVersions().getOrDefault(group + ":" + artifact,
                versionsOnClassPath().get(group + ":" + artifact));
        Path jar = Reactor.localRepository().resolve(group.replace('.', '/')).resolve(artifact).resolve(version)
                .resolve(artifact + "-" + version + ".jar");
        try (JarFile file = new JarFile(jar.toFile())) {
            String name = file.getManifest().getMainAttributes().getValue("Bundle-SymbolicName");
            return name == null ? group + ":" + artifact : name.split(";")[0].strip();
        }
    }

    private static Map<String, String> versionsOnClassPath() throws Exception {
        Path repository = Reactor.localRepository();
        Map<String, String> versions = new TreeMap<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path jar = Path.of(entry);
            if (!jar.startsWith(repository)) continue;
            Path artifact = jar.getParent().getParent();
            String group = repository.relativize(artifact.getParent()).toString().replace(File.separatorChar, '.');
            versions.put(group + ":" + artifact.getFileName(), jar.getParent().getFileName().toString());
        }
        return versions;
    }
}
