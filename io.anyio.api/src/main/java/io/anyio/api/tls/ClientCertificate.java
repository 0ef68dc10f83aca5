package io.anyio.api.tls;

/** Whether a server requests a certificate from its clients. */
public enum ClientCertificate {
    /** It does not request one. */
    NOT_ASKED,

    /** It requests one, and continues if the client has none. */
    WANTED,

    /** It requests one, and the handshake fails if the client has none. */
    REQUIRED
}
