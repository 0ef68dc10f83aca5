package io.anyio.itest.house;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;

/** The bundles that Maven built, by symbolic name: the jars on the class path. */
final class Bundles {
    private Bundles() {}

    /** Our own ones. The caller needs what {@code mvn package} makes: in {@code mvn test} there is none. */
    static Map<String, Path> ours() throws IOException {
        Map<String, Path> bundles = new TreeMap<>();
        for (URL manifest : Collections.list(Bundles.class.getClassLoader().getResources(JarFile.MANIFEST_NAME))) {
            if (!(manifest.openConnection() instanceof JarURLConnection connection)) continue;
            connection.setUseCaches(false);
            try (JarFile jar = connection.getJarFile()) {
                String name = jar.getManifest().getMainAttributes().getValue("Bundle-SymbolicName");
                if (name != null && name.startsWith("io.anyio."))
                    bundles.put(name, Path.of(URI.create(connection.getJarFileURL().toString())));
            }
        }
        return bundles;
    }
}
