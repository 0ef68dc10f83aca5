package io.anyio.tls.osgi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Key stores that the JDK's keytool makes; their password is {@code changeit}. */
final class KeyFiles {
    static final String PASSWORD = "changeit";

    private KeyFiles() {}

    /** Adds a key whose certificate is for a name. */
    static Path key(Path file, String name, String algorithm) throws IOException, InterruptedException {
        keytool("-genkeypair", "-keystore", file.toString(), "-storepass", PASSWORD, "-alias", name, "-keyalg",
                algorithm, "-dname", "CN=" + name.replace("*", "any"), "-ext", "SAN=dns:" + name, "-validity", "2");
        return file;
    }

    /** Adds the certificate of a key to the file of those that are trusted. */
    static Path trust(Path file, Path keys, String name) throws IOException, InterruptedException {
        String certificate = keytool("-exportcert", "-rfc", "-keystore", keys.toString(), "-storepass", PASSWORD,
                "-alias", name);
        Path exported = file.resolveSibling(file.getFileName() + ".pem");
        Files.writeString(exported, certificate);
        keytool("-importcert", "-noprompt", "-file", exported.toString(), "-keystore", file.toString(), "-storepass",
                PASSWORD, "-alias", name + keys.getFileName());
        return file;
    }

    private static String keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed: " + output);
        }
        return output;
    }
}
