package io.anyio.tls;

import io.anyio.api.tls.TlsCipher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The cipher suites that the JDK supports, with the numbers that IANA has given them. */
final class CipherSuites {
    private static final Map<Character, String> NAMES = names("""
            1302 TLS_AES_256_GCM_SHA384
            1301 TLS_AES_128_GCM_SHA256
            1303 TLS_CHACHA20_POLY1305_SHA256
            C02C TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
            C02B TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
            CCA9 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
            C030 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
            CCA8 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
            C02F TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
            009F TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
            CCAA TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256
            00A3 TLS_DHE_DSS_WITH_AES_256_GCM_SHA384
            009E TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
            00A2 TLS_DHE_DSS_WITH_AES_128_GCM_SHA256
            C024 TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
            C028 TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
            C023 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
            C027 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
            006B TLS_DHE_RSA_WITH_AES_256_CBC_SHA256
            006A TLS_DHE_DSS_WITH_AES_256_CBC_SHA256
            0067 TLS_DHE_RSA_WITH_AES_128_CBC_SHA256
            0040 TLS_DHE_DSS_WITH_AES_128_CBC_SHA256
            C00A TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
            C014 TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
            C009 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
            C013 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
            0039 TLS_DHE_RSA_WITH_AES_256_CBC_SHA
            0038 TLS_DHE_DSS_WITH_AES_256_CBC_SHA
            0033 TLS_DHE_RSA_WITH_AES_128_CBC_SHA
            0032 TLS_DHE_DSS_WITH_AES_128_CBC_SHA
            """);

    private CipherSuites() {}

    private static Map<Character, String> names(String table) {
        Map<Character, String> names = new HashMap<>();
        table.lines().forEach(line -> names.put((char) Integer.parseInt(line.substring(0, 4), 16), line.substring(5)));
        return Map.copyOf(names);
    }

    /** The suites of an offer that are enabled, in the order of the offer. */
    static List<TlsCipher> shared(char[] offered, Set<String> enabled) {
        return IntStream.range(0, offered.length)
                .mapToObj(i -> NAMES.getOrDefault(offered[i], ""))
                .filter(enabled::contains)
                .map(CipherSuites::describe)
                .toList();
    }

    /** Describes a suite by its name. */
    static TlsCipher describe(String name) {
        return new TlsCipher(name, definedBy(name), secretBits(name));
    }

    private static String definedBy(String name) {
        if (!name.contains("_WITH_")) {
            return "TLSv1.3";
        }
        return name.endsWith("_SHA256") || name.endsWith("_SHA384") ? "TLSv1.2" : "TLSv1";
    }

    private static int secretBits(String name) {
        if (name.contains("AES_256") || name.contains("CHACHA20")) {
            return 256;
        }
        if (name.contains("3DES")) {
            return 112;
        }
        return name.contains("AES_128") || name.contains("RC4_128") ? 128 : 0;
    }
}
