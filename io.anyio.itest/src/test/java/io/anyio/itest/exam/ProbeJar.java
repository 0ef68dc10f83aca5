package io.anyio.itest.exam;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** The bundle that runs the tests: all test classes but those that user bundles have for themselves. */
final class ProbeJar {

    private ProbeJar() {}

    /** Builds the probe from the folder that contains {@code testClass}. */
    static byte[] of(Class<?> testClass, List<UserBundle> userBundles) throws Exception {
        var root = Path.of(testClass.getProtectionDomain().getCodeSource().getLocation().toURI());
        var foreign = new HashSet<Path>();
        for (var bundle : userBundles) {
            foreign.addAll(bundle.files().values());
        }
        var bytes = new ByteArrayOutputStream();
        try (var jar = new JarOutputStream(bytes, manifest()); var files = Files.walk(root)) {
            for (var file : files.filter(Files::isRegularFile).filter(file -> !foreign.contains(file)).sorted()
                    .toList()) {
                jar.putNextEntry(new ZipEntry(root.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, jar);
            }
        }
        return bytes.toByteArray();
    }

    private static Manifest manifest() {
        var manifest = new Manifest();
        var headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", "io.anyio.itest.probe");
        headers.putValue("Bundle-Activator", Probe.class.getName());
        // A test class imports what it uses when it uses it: other classes of the module may need what is not
        // provisioned.
        headers.putValue("DynamicImport-Package", "*");
        return manifest;
    }
}
