package io.anyio.api.tls;

/** Whether a server asks its clients for a certificate. */
public enum ClientCertificate {
    /** It does not ask. */
    NOT_ASKED,

    /** It asks, and goes on without. */
    WANTED,

    /** It asks, and the handshake fails without. */
    REQUIRED
}
