package io.anyio.itest.table;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A context with a certificate for localhost, which it trusts too, and the file that has its keys. */
public final class Keys {
    /** The name of the file. */
    public static final String FILE = "keys.p12";

    /** The password of the file. */
    public static final String PASSWORD = "changeit";

    private Keys() {}

    /** Makes both, with the tool of the JDK. */
    public static SSLContext make(Path folder) throws Exception {
        Path file = folder.resolve(FILE);
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-keystore", file.toString(), "-storepass", PASSWORD, "-alias", "table", "-keyalg",
                "EC", "-dname", "CN=localhost", "-ext", "SAN=dns:localhost", "-validity", "2").redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) throw new IOException("keytool failed: " + output);
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            own.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("table", own.getCertificate("table"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        context.createSSLEngine("localhost", -1).getSupportedProtocols(); // its first use takes long
        return context;
    }
}
