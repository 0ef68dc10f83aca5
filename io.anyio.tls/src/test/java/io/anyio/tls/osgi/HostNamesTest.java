package io.anyio.tls.osgi;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.proof.Proves;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which hosts a certificate names. */
class HostNamesTest {
    private static X509Certificate certificate(Path folder, String name) throws Exception {
        Path file = KeyFiles.key(folder.resolve("keys.p12"), name, "EC");
        return (X509Certificate) KeyStore.getInstance(file.toFile(), KeyFiles.PASSWORD.toCharArray())
                .getCertificate(name);
    }

    @Test @Proves("CF-12")
    void aWildcardStandsForOneWholeLabel(@TempDir Path folder) throws Exception {
        X509Certificate certificate = certificate(folder, "*.wild.example");
        for (String host : List.of("a.wild.example", "A.Wild.EXAMPLE", "xn--bcher-kva.wild.example")) {
            assertTrue(HostNames.match(certificate, host), host);
        }
        for (String host : List.of("a.b.wild.example", "wild.example", ".wild.example", "awild.example",
                "a.wild.example.org", "wild", "")) {
            assertFalse(HostNames.match(certificate, host), host);
        }
    }

    @Test @Proves("CF-12")
    void anotherNameHasToBeTheSame(@TempDir Path folder) throws Exception {
        X509Certificate certificate = certificate(folder, "one.example");
        assertTrue(HostNames.match(certificate, "One.example"));
        for (String host : List.of("a.one.example", "example", "two.example")) {
            assertFalse(HostNames.match(certificate, host), host);
        }
    }
}
