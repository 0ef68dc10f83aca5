package io.anyio.api.tls;

import io.anyio.api.attribute.TypedAttribute;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;

/**
 * The attributes of the session of a {@link TlsStream}. An attribute that the session does not have is missing: ask for
 * it with {@code null} as the default.
 *
 * <p>Guide: {@code docs/tls.md}. In AnyIO: {@code anyio.streams.tls.TLSAttribute}.
 */
public final class TlsAttribute {
    /** The application protocol on which both sides have agreed (ALPN, RFC 7301); missing if there is none. */
    public static final TypedAttribute<String> ALPN_PROTOCOL = TypedAttribute.of(String.class, "alpnProtocol");

    /**
     * The channel binding {@code tls-exporter} of RFC 9266: 32 bytes, which are the same on both sides. Asking for it
     * throws {@link UnsupportedOperationException} in a session of TLS 1.2 without the extended master secret (RFC
     * 7627).
     */
    public static final TypedAttribute<byte[]> CHANNEL_BINDING_TLS_EXPORTER = TypedAttribute.of(byte[].class,
            "channelBindingTlsExporter");

    /**
     * The channel binding {@code tls-unique} of RFC 5929. AnyIO differs: asking for it always throws
     * {@link UnsupportedOperationException}, because the JDK does not provide it, and TLS 1.3 does not define it;
     * {@link #CHANNEL_BINDING_TLS_EXPORTER} takes its place.
     */
    public static final TypedAttribute<byte[]> CHANNEL_BINDING_TLS_UNIQUE = TypedAttribute.of(byte[].class,
            "channelBindingTlsUnique");

    /** The cipher suite. */
    public static final TypedAttribute<TlsCipher> CIPHER = TypedAttribute.of(TlsCipher.class, "cipher");

    /**
     * The certificate of the other side; missing if it sent none. A client sends one only if the server requests it.
     */
    public static final TypedAttribute<X509Certificate> PEER_CERTIFICATE = TypedAttribute.of(X509Certificate.class,
            "peerCertificate");

    /** The certificate of the other side in binary form (DER); missing if it sent none. */
    public static final TypedAttribute<byte[]> PEER_CERTIFICATE_BINARY = TypedAttribute.of(byte[].class,
            "peerCertificateBinary");

    /** Whether this side is the server. */
    public static final TypedAttribute<Boolean> SERVER_SIDE = TypedAttribute.of(Boolean.class, "serverSide");

    /**
     * The cipher suites that the client offered and the server has enabled, in the order of the client; missing on the
     * side of the client.
     */
    public static final TypedAttribute<List<TlsCipher>> SHARED_CIPHERS = listOfCiphers();

    /** The JDK's engine, for reading its properties. */
    public static final TypedAttribute<SSLEngine> SSL_ENGINE = TypedAttribute.of(SSLEngine.class, "sslEngine");

    /** Whether closing follows RFC 8446, section 6.1: see {@link TlsOptions#standardCompatible}. */
    public static final TypedAttribute<Boolean> STANDARD_COMPATIBLE = TypedAttribute.of(Boolean.class,
            "standardCompatible");

    /** The version of the protocol, for example {@code TLSv1.3}. */
    public static final TypedAttribute<String> TLS_VERSION = TypedAttribute.of(String.class, "tlsVersion");

    private TlsAttribute() {}

    @SuppressWarnings("unchecked") // only our own streams give it a value
    private static TypedAttribute<List<TlsCipher>> listOfCiphers() {
        return TypedAttribute.of((Class<List<TlsCipher>>) (Class<?>) List.class, "sharedCiphers");
    }
}
