package io.anyio.tls;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.tls.TlsAttribute;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLKeyException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The attributes of a session, together with those of its transport. */
final class SessionAttributes {
    private static final String EXPORTER_LABEL = "EXPORTER-Channel-Binding";
    private static final int EXPORTER_BYTES = 32;

    /** Attributes that not every session has. */
    private static final Set<TypedAttribute<?>> OPTIONAL = Set.of(TlsAttribute.ALPN_PROTOCOL,
            TlsAttribute.PEER_CERTIFICATE, TlsAttribute.PEER_CERTIFICATE_BINARY, TlsAttribute.SHARED_CIPHERS);

    private SessionAttributes() {}

    static Map<TypedAttribute<?>, Supplier<?>> of(ByteStream transport, SSLEngine engine,
            char @Nullable [] offered, boolean standardCompatible) {
        Map<TypedAttribute<?>, Supplier<?>> attributes = new HashMap<>(transport.attributes());
        // the transport may be TLS itself: for example, its certificate is not that of this session
        attributes.keySet().removeAll(OPTIONAL);
        SSLSession session = engine.getSession();
        attributes.put(TlsAttribute.CHANNEL_BINDING_TLS_EXPORTER, () -> exporter(session));
        attributes.put(TlsAttribute.CHANNEL_BINDING_TLS_UNIQUE, SessionAttributes::tlsUnique);
        attributes.put(TlsAttribute.CIPHER, () -> CipherSuites.describe(session.getCipherSuite()));
        attributes.put(TlsAttribute.SERVER_SIDE, () -> !engine.getUseClientMode());
        attributes.put(TlsAttribute.SSL_ENGINE, () -> engine);
        attributes.put(TlsAttribute.STANDARD_COMPATIBLE, () -> standardCompatible);
        attributes.put(TlsAttribute.TLS_VERSION, session::getProtocol);
        String protocol = engine.getApplicationProtocol();
        if (protocol != null && !protocol.isEmpty()) {
            attributes.put(TlsAttribute.ALPN_PROTOCOL, () -> protocol);
        }
        X509Certificate certificate = peerCertificate(session);
        if (certificate != null) {
            attributes.put(TlsAttribute.PEER_CERTIFICATE, () -> certificate);
            attributes.put(TlsAttribute.PEER_CERTIFICATE_BINARY, () -> binary(certificate));
        }
        if (offered != null) {
            attributes.put(TlsAttribute.SHARED_CIPHERS,
                    () -> CipherSuites.shared(offered, new HashSet<>(List.of(engine.getEnabledCipherSuites()))));
        }
        return Map.copyOf(attributes);
    }

    private static @Nullable X509Certificate peerCertificate(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate certificate ? certificate : null;
        } catch (SSLPeerUnverifiedException _) {
            return null;
        }
    }

    private static byte[] binary(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(
                    "The certificate of the other side has no binary form: " + certificate.getSubjectX500Principal(),
                    e);
        }
    }

    /** RFC 9266, section 2. */
    private static byte[] exporter(SSLSession session) {
        try {
            return ((ExtendedSSLSession) session).exportKeyingMaterialData(EXPORTER_LABEL, new byte[0], EXPORTER_BYTES);
        } catch (SSLKeyException e) {
            throw new UnsupportedOperationException(
                    "This session of " + session.getProtocol() + " has no channel binding: " + e.getMessage(), e);
        }
    }

    private static byte[] tlsUnique() {
        throw new UnsupportedOperationException(
                "The JDK does not tell the channel binding tls-unique, and TLS 1.3 has none: use "
                        + "TlsAttribute.CHANNEL_BINDING_TLS_EXPORTER");
    }
}
