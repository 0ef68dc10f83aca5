package io.anyio.tls.osgi;

import io.anyio.api.spi.error.Errors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Keys and certificates as the files had them.
 *
 * @param settings where they come from
 * @param context what handshakes use
 * @param stamps what the files looked like before they were read; a change while they are read is seen later
 */
record LoadedContext(ContextSettings settings, SSLContext context, List<Stamp> stamps) {
    /** What tells one state of a file from another; the key changes when another file takes the name. */
    record Stamp(Path file, long size, @Nullable FileTime modified, @Nullable Object fileKey) {
        static Stamp of(Path file) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(file, attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
            } catch (IOException _) {
                return new Stamp(file, -1, null, null);
            }
        }
    }

    /** Reads the files. */
    static LoadedContext of(ContextSettings settings) throws InvalidContextException {
        List<Stamp> stamps = stamps(settings);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(settings.keys()), trust(settings.trust()), null);
            return new LoadedContext(settings, context, stamps);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new InvalidContextException("The JDK makes no TLS context of these files (" + Errors.line(e)
                    + "): see that it supports their keys", e);
        }
    }

    private static List<Stamp> stamps(ContextSettings settings) {
        List<Stamp> stamps = new ArrayList<>();
        for (StoreFile store : new @Nullable StoreFile[]{settings.keys(), settings.trust()}) {
            if (store != null) {
                store.files().forEach(file -> stamps.add(Stamp.of(file)));
            }
        }
        return List.copyOf(stamps);
    }

    /** Whether the files look as they did when they were read. */
    boolean isCurrent() {
        return stamps(settings).equals(stamps);
    }

    /** The manager PKIX, unlike the default one, looks at the server name that a client sends. */
    private static KeyManager @Nullable [] keys(@Nullable StoreFile file)
            throws InvalidContextException, GeneralSecurityException {
        if (file == null) {
            return null;
        }
        char[] secret = file.secret();
        KeyStore store = file.load(secret);
        file.checkKeys(store, secret);
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, secret);
        KeyManager[] managers = factory.getKeyManagers();
        for (int i = 0; i < managers.length; i++) {
            if (managers[i] instanceof X509ExtendedKeyManager manager) {
                managers[i] = new NamedKeys(manager, store);
            }
        }
        return managers;
    }

    private static TrustManager @Nullable [] trust(@Nullable StoreFile file)
            throws InvalidContextException, GeneralSecurityException {
        if (file == null) {
            return null;
        }
        KeyStore store = file.load(file.secret());
        file.checkCertificates(store);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }
}
