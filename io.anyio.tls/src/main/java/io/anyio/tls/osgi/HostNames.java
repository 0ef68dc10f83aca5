package io.anyio.tls.osgi;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The names of certificates (RFC 9525, section 6.3). */
final class HostNames {
    private static final int DNS = 2;

    private HostNames() {}

    /** Whether a certificate names a host; a wildcard stands for one whole label, the first one. */
    static boolean match(X509Certificate certificate, String host) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null && names.stream().anyMatch(
                    name -> name.get(0).equals(DNS) && match((String) name.get(1), host));
        } catch (CertificateParsingException _) {
            return false;
        }
    }

    private static boolean match(String pattern, String host) {
        String name = host.toLowerCase(Locale.ROOT);
        String known = pattern.toLowerCase(Locale.ROOT);
        int dot = name.indexOf('.');
        return known.equals(name)
                || (dot > 0 && known.startsWith("*.") && known.substring(1).equals(name.substring(dot)));
    }
}
