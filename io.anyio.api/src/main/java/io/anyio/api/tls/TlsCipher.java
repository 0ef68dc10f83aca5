package io.anyio.api.tls;

import java.util.Objects;

/**
 * A cipher suite.
 *
 * @param name its standard name, for example {@code TLS_AES_256_GCM_SHA384}
 * @param protocol the version of the protocol that defines it, for example {@code TLSv1.3}
 * @param secretBits the length of the secret key in bits; 0 if the suite does not encrypt
 */
public record TlsCipher(String name, String protocol, int secretBits) {
    /** Refuses null. */
    public TlsCipher {
        Objects.requireNonNull(name, "TlsCipher: the name is null");
        Objects.requireNonNull(protocol, "TlsCipher: the protocol is null");
    }
}
