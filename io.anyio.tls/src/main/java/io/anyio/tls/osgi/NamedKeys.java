package io.anyio.tls.osgi;

import java.net.Socket;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.EdECKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the key whose certificate names the server that a client requests (RFC 6066, section 3).
 *
 * <p>A handshake asks for a key of one kind, such as EC, then for one of the next kind, and uses the first key that it
 * gets. The JDK's manager PKIX prefers the key with the name, but only among the keys of one kind. This class gives no
 * key of a kind if none of them has the name, a key of another kind has it, and the client can check signatures by that
 * key. {@code ConfiguredHandshakeTest} proves it.
 */
final class NamedKeys extends X509ExtendedKeyManager {
    private final X509ExtendedKeyManager manager;
    private final List<X509Certificate> certificates;

    NamedKeys(X509ExtendedKeyManager manager, KeyStore store) throws KeyStoreException {
        this.manager = manager;
        this.certificates = certificates(store);
    }

    private static List<X509Certificate> certificates(KeyStore store) throws KeyStoreException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate certificate) {
                certificates.add(certificate);
            }
        }
        return List.copyOf(certificates);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        String alias = manager.chooseEngineServerAlias(keyType, issuers, engine);
        if (alias == null || !(engine.getHandshakeSession() instanceof ExtendedSSLSession session)) {
            return alias;
        }
        String name = requested(session);
        X509Certificate[] chain = manager.getCertificateChain(alias);
        if (name == null || chain == null || HostNames.match(chain[0], name)) {
            return alias;
        }
        String own = chain[0].getPublicKey().getAlgorithm();
        boolean another = certificates.stream()
                .anyMatch(each -> !each.getPublicKey().getAlgorithm().equals(own) && HostNames.match(each, name)
                        && canBeChecked(each.getPublicKey(), session));
        return another ? null : alias;
    }

    private static @Nullable String requested(ExtendedSSLSession session) {
        return session.getRequestedServerNames().stream().filter(SNIHostName.class::isInstance)
                .map(name -> ((SNIHostName) name).getAsciiName()).findFirst().orElse(null);
    }

    /** Whether the client has said that it can check signatures by a key. */
    private static boolean canBeChecked(PublicKey key, ExtendedSSLSession session) {
        return Stream.of(session.getPeerSupportedSignatureAlgorithms()).anyMatch(signature -> fits(signature, key));
    }

    /** Whether a signature, such as SHA256withRSA, is by a key of this kind: the JDK names the two differently. */
    static boolean fits(String signature, PublicKey key) {
        String kind = key.getAlgorithm();
        return switch (kind) {
            case "EC" -> signature.endsWith("withECDSA");
            case "RSA" -> signature.endsWith("withRSA") || signature.equals("RSASSA-PSS");
            case "EdDSA" -> key instanceof EdECKey edwards && signature.equals(edwards.getParams().getName());
            default -> signature.endsWith("with" + kind) || signature.equals(kind);
        };
    }

    @Override
    public @Nullable String chooseEngineClientAlias(String[] keyType, Principal @Nullable [] issuers,
            SSLEngine engine) {
        return manager.chooseEngineClientAlias(keyType, issuers, engine);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return manager.getClientAliases(keyType, issuers);
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers,
            @Nullable Socket socket) {
        return manager.chooseClientAlias(keyType, issuers, socket);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return manager.getServerAliases(keyType, issuers);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers,
            @Nullable Socket socket) {
        return manager.chooseServerAlias(keyType, issuers, socket);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return manager.getCertificateChain(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return manager.getPrivateKey(alias);
    }
}
