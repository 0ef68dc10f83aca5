package io.anyio.api.tls;

import io.anyio.api.spi.Idna;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;

/** Refuses options with which no handshake could succeed, on the thread that sets them. */
final class OptionChecks {
    private static final int MAX_NAME = 253;
    private static final int MAX_LABEL = 63;
    private static final int MAX_PROTOCOL = 255;
    private static final int MAX_PROTOCOLS = 65535;

    private OptionChecks() {}

    static <T> T notNull(T value, String what) {
        return Objects.requireNonNull(value, () -> "TlsOptions." + what + " is null");
    }

    /** A name that is given must not become empty: certificates would not be checked then. */
    static void checkHostname(String hostname) {
        if (hostname.isEmpty()) {
            return;
        }
        String ascii = Idna.toAscii(hostname);
        String name = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
        if (name.indexOf(':') >= 0) {
            checkAddress(hostname, name);
            return;
        }
        if (name.length() > MAX_NAME) {
            throw refused(hostname, "it has " + name.length() + " characters, and " + MAX_NAME + " are allowed");
        }
        for (String label : name.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > MAX_LABEL) {
                throw refused(hostname,
                        "the part '" + label + "' has " + label.length() + " characters, and 1 to " + MAX_LABEL
                                + " are allowed");
            }
            label.chars().filter(c -> !isAllowed(c)).findFirst().ifPresent(c -> {
                throw refused(hostname, "the character U+%04X is not allowed".formatted(c));
            });
        }
    }

    private static boolean isAllowed(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    private static void checkAddress(String hostname, String name) {
        int zone = name.indexOf('%');
        try {
            InetAddress.ofLiteral(zone < 0 ? name : name.substring(0, zone));
        } catch (IllegalArgumentException e) {
            throw refused(hostname, "a name has no colon, and it is no IPv6 address");
        }
    }

    private static IllegalArgumentException refused(String hostname, String why) {
        return new IllegalArgumentException(
                "TlsOptions.hostname is '" + hostname + "', which no certificate can name: " + why);
    }

    /** RFC 7301, section 3.1; the JDK writes the characters as ISO 8859-1. */
    static List<String> checkProtocols(List<String> protocols) {
        int total = 0;
        for (String protocol : notNull(protocols, "alpnProtocols")) {
            if (protocol == null || protocol.isEmpty() || protocol.length() > MAX_PROTOCOL
                    || !protocol.chars().allMatch(c -> c <= 0xFF)) {
                throw new IllegalArgumentException("TlsOptions.alpnProtocols has '" + protocol + "': a name has 1 to "
                        + MAX_PROTOCOL + " characters, each of them a byte");
            }
            total += 1 + protocol.length();
        }
        if (total > MAX_PROTOCOLS) {
            throw new IllegalArgumentException(
                    "TlsOptions.alpnProtocols need " + total + " bytes, and " + MAX_PROTOCOLS + " are allowed");
        }
        return List.copyOf(protocols);
    }
}
