package io.anyio.itest.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A file with keys for {@code localhost}, and clients that trust them. */
final class Keys {
    static final String PASSWORD = "changeit";

    final Path file;
    private final SSLContext trusting;

    Keys(Path directory) throws IOException, InterruptedException, GeneralSecurityException {
        file = directory.resolve("keys.p12");
        int exit = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-keystore", file.toString(), "-storepass", PASSWORD, "-alias", "load", "-keyalg", "EC",
                "-groupname", "secp256r1", "-dname", "CN=localhost", "-ext", "SAN=dns:localhost").start().waitFor();
        if (exit != 0) {
            throw new IOException("keytool ended with " + exit);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("load", keys.getCertificate("load"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, trust.getTrustManagers(), null);
    }

    /** A connection over TLS; the handshake comes with the first byte. */
    Socket connect(int port) throws IOException {
        Socket plain = new Socket(InetAddress.getByName("127.0.0.1"), port);
        return trusting.getSocketFactory().createSocket(plain, "localhost", port, true);
    }
}
