package io.anyio.bench.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The certificate that all servers of a TLS case have: self-signed, on an elliptic curve, made at its first use. */
public final class Keys {
    private static final String PASSWORD = "changeit";

    private Keys() {}

    /** The file with the key. */
    public static Path store() throws IOException, InterruptedException {
        Path file = Tools.folder().resolve("keys.p12");
        if (!Files.exists(file)) {
            Tools.Outcome outcome = Tools
                    .run(List.of(Tools.ofJdk("keytool"), "-genkeypair", "-keystore", file.toString(), "-storepass",
                            PASSWORD, "-alias", "bench", "-keyalg", "EC", "-groupname", "secp256r1", "-dname",
                            "CN=localhost", "-validity", "3650"));
            if (!outcome.isSuccess()) {
                throw new IOException("keytool failed: " + outcome.lastLine());
            }
        }
        return file;
    }

    /** What a server needs. */
    public static SSLContext server(Path store) throws IOException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, PASSWORD.toCharArray());
            return context(managers.getKeyManagers(), null);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** What the load generator needs, which trusts everybody. */
    public static SSLContext client() throws IOException {
        return context(null, new TrustManager[]{new Credulous()});
    }

    private static SSLContext context(KeyManager @Nullable [] keys, TrustManager @Nullable [] trust)
            throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static final class Credulous extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
