package io.anyio.api.tls;

import io.anyio.api.attribute.TypedAttribute;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;

/**
 * What a {@link TlsStream} tells of its session. What a session does not have is missing: ask with {@code null} as the
 * default.
 */
public final class TlsAttribute {
    /** The application protocol that both sides agreed on; missing if there is none. */
    public static final TypedAttribute<String> ALPN_PROTOCOL = TypedAttribute.of(String.class, "alpnProtocol");

    /**
     * The channel binding {@code tls-exporter} of RFC 9266, 32 bytes, the same on both sides. Asking for it throws
     * {@link UnsupportedOperationException} in a session of TLS 1.2 without extended master secret.
     */
    public static final TypedAttribute<byte[]> CHANNEL_BINDING_TLS_EXPORTER = TypedAttribute.of(byte[].class,
            "channelBindingTlsExporter");

    /**
     * The channel binding {@code tls-unique} of RFC 5929. AnyIO differs: asking for it always throws
     * {@link UnsupportedOperationException}, because the JDK does not tell it, and TLS 1.3 has none;
     * {@link #CHANNEL_BINDING_TLS_EXPORTER} takes its place.
     */
    public static final TypedAttribute<byte[]> CHANNEL_BINDING_TLS_UNIQUE = TypedAttribute.of(byte[].class,
            "channelBindingTlsUnique");

    /** The cipher suite. */
    public static final TypedAttribute<TlsCipher> CIPHER = TypedAttribute.of(TlsCipher.class, "cipher");

    /** The other side's certificate; missing if it sent none, as clients do that are not asked. */
    public static final TypedAttribute<X509Certificate> PEER_CERTIFICATE = TypedAttribute.of(X509Certificate.class,
            "peerCertificate");

    /** The other side's certificate in its binary form (DER); missing if it sent none. */
    public static final TypedAttribute<byte[]> PEER_CERTIFICATE_BINARY = TypedAttribute.of(byte[].class,
            "peerCertificateBinary");

    /** Whether this is the server's side. */
    public static final TypedAttribute<Boolean> SERVER_SIDE = TypedAttribute.of(Boolean.class, "serverSide");

    /**
     * The cipher suites that the client offered and the server has enabled, in the client's order; missing on the
     * client's side.
     */
    public static final TypedAttribute<List<TlsCipher>> SHARED_CIPHERS = listOfCiphers();

    /** The engine below, for looking at. */
    public static final TypedAttribute<SSLEngine> SSL_ENGINE = TypedAttribute.of(SSLEngine.class, "sslEngine");

    /** Whether closing is done as the standard says. */
    public static final TypedAttribute<Boolean> STANDARD_COMPATIBLE = TypedAttribute.of(Boolean.class,
            "standardCompatible");

    /** The protocol's version, for example {@code TLSv1.3}. */
    public static final TypedAttribute<String> TLS_VERSION = TypedAttribute.of(String.class, "tlsVersion");

    private TlsAttribute() {}

    @SuppressWarnings("unchecked") // only our own streams give it a value
    private static TypedAttribute<List<TlsCipher>> listOfCiphers() {
        return TypedAttribute.of((Class<List<TlsCipher>>) (Class<?>) List.class, "sharedCiphers");
    }
}
