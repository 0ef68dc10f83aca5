package io.anyio.api.tls;

import io.anyio.api.attribute.TypedAttribute;
import javax.net.ssl.SSLEngine;

/** What a {@link TlsStream} tells of its session. */
public final class TlsAttribute {
    /** The application protocol that both sides agreed on; missing if there is none. */
    public static final TypedAttribute<String> ALPN_PROTOCOL = TypedAttribute.of(String.class, "alpnProtocol");

    /** The name of the cipher suite. */
    public static final TypedAttribute<String> CIPHER = TypedAttribute.of(String.class, "cipher");

    /** The protocol's version, for example {@code TLSv1.3}. */
    public static final TypedAttribute<String> TLS_VERSION = TypedAttribute.of(String.class, "tlsVersion");

    /** Whether this is the server's side. */
    public static final TypedAttribute<Boolean> SERVER_SIDE = TypedAttribute.of(Boolean.class, "serverSide");

    /** Whether closing is done as the standard says. */
    public static final TypedAttribute<Boolean> STANDARD_COMPATIBLE = TypedAttribute.of(Boolean.class, "standardCompatible");

    /** The engine below. */
    public static final TypedAttribute<SSLEngine> SSL_ENGINE = TypedAttribute.of(SSLEngine.class, "sslEngine");

    private TlsAttribute() {}
}
