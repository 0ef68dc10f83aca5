package io.anyio.tls.osgi;

import io.anyio.api.spi.error.Errors;
import io.anyio.api.spi.osgi.ConfigurationValues;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Security;
import java.security.UnrecoverableKeyException;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A file with keys or certificates. It has no text of itself, because it may have a password. */
final class StoreFile {
    private final String key;
    private final Path path;
    private final String type;
    private final @Nullable String password;
    private final @Nullable Path passwordFile;

    private StoreFile(String key, Path path, String type, @Nullable String password, @Nullable Path passwordFile) {
        this.key = key;
        this.path = path;
        this.type = type;
        this.password = password;
        this.passwordFile = passwordFile;
    }

    /** What a configuration says about the file of a key; null if it has none. */
    static @Nullable StoreFile of(ConfigurationValues values, String key) {
        String passwordKey = key + "Password";
        String fileKey = key + "PasswordFile";
        Path path = path(values, key);
        String type = type(values, key + "Type");
        String password = values.secret(passwordKey);
        Path passwordFile = path(values, fileKey);
        if (password != null && passwordFile != null) {
            values.problem(fileKey, "The keys " + passwordKey + " and " + fileKey + " (" + passwordFile
                    + ") are both given: leave one out");
        }
        if (path == null && (password != null || passwordFile != null)) {
            String useless = password == null ? fileKey : passwordKey;
            values.problem(useless, "The key " + useless + " has no meaning without " + key
                    + ": give the path of a file, or leave the password out");
        }
        return path == null ? null : new StoreFile(key, path, type, password, passwordFile);
    }

    private static @Nullable Path path(ConfigurationValues values, String key) {
        return values.value(key, "the path of a file", value -> {
            try {
                return Path.of(value.toString().strip()).toAbsolutePath();
            } catch (InvalidPathException _) {
                return null;
            }
        });
    }

    private static String type(ConfigurationValues values, String key) {
        Set<String> types = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        types.addAll(Security.getAlgorithms("KeyStore"));
        return Objects.requireNonNullElse(values.value(key, "one of " + String.join(", ", types), value -> {
            String type = value.toString().strip();
            return types.contains(type) ? type : null;
        }), "PKCS12");
    }

    /** What has to be watched. */
    List<Path> files() {
        return Stream.of(path, passwordFile).filter(Objects::nonNull).toList();
    }

    /** The password of the store and its keys, as the file has it now. */
    char @Nullable [] secret() throws InvalidContextException {
        if (passwordFile == null) {
            return password == null ? null : password.toCharArray();
        }
        String text = new String(read(passwordKey(), passwordFile), StandardCharsets.UTF_8);
        String line = text.lines().findFirst().orElse("");
        if (line.isEmpty()) {
            throw new InvalidContextException("The file of the key " + passwordKey() + ", " + passwordFile
                    + ", is empty: write the password into it", null);
        }
        return line.toCharArray();
    }

    /** Reads the file. */
    KeyStore load(char @Nullable [] secret) throws InvalidContextException {
        byte[] content = read(key, path);
        try {
            KeyStore store = KeyStore.getInstance(type);
            store.load(new ByteArrayInputStream(content), secret);
            return store;
        } catch (IOException e) {
            throw e.getCause() instanceof UnrecoverableKeyException ? wrongPassword(e) : unreadable(e);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw unreadable(e);
        }
    }

    /** Checks that a password opens all keys of the store, and that there is one. */
    void checkKeys(KeyStore store, char @Nullable [] secret) throws InvalidContextException {
        try {
            boolean found = false;
            for (String alias : Collections.list(store.aliases())) {
                if (store.entryInstanceOf(alias, KeyStore.PrivateKeyEntry.class)) {
                    store.getKey(alias, secret);
                    found = true;
                }
            }
            if (!found) {
                throw new InvalidContextException("The file of the key " + key + ", " + path
                        + ", has no private key with a certificate: import one", null);
            }
        } catch (UnrecoverableKeyException e) {
            throw wrongPassword(e);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw unreadable(e);
        }
    }

    /** Checks that there is a certificate. */
    void checkCertificates(KeyStore store) throws InvalidContextException {
        try {
            for (String alias : Collections.list(store.aliases())) {
                if (store.getCertificate(alias) != null) {
                    return;
                }
            }
        } catch (GeneralSecurityException e) {
            throw unreadable(e);
        }
        throw new InvalidContextException("The file of the key " + key + ", " + path
                + ", has no certificate that can be read: import one, or give " + key + "Password", null);
    }

    private static byte[] read(String key, Path file) throws InvalidContextException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new InvalidContextException("The file of the key " + key + ", " + file + ", cannot be read ("
                    + Errors.line(e) + "): give a file that this process may read", e);
        }
    }

    private InvalidContextException wrongPassword(Exception reason) {
        return new InvalidContextException(
                "The password of the key " + passwordKey() + (passwordFile == null ? "" : " (" + passwordFile + ")")
                        + " does not open " + path + " of the key " + key + ": give the password of this file",
                reason);
    }

    private InvalidContextException unreadable(Exception reason) {
        return new InvalidContextException("The file of the key " + key + ", " + path + ", is no store of the type "
                + type + " (" + Errors.line(reason) + "): give another file, or its type by " + key + "Type", reason);
    }

    private String passwordKey() {
        return passwordFile == null ? key + "Password" : key + "PasswordFile";
    }
}
