package io.anyio.api.whiteboard;

/** Why a service or configuration of the whiteboard is not served. */
public enum FailureCode {
    /** A key is unknown, or a value is missing, wrong, or in contradiction to another one. */
    INVALID,

    /** Another service of the whiteboard has the end point; this one takes over when the other goes. */
    SHADOWED,

    /** Another program has the port; it is tried again until the port is free. */
    BUSY,

    /** The operating system refuses to listen for another reason; it is tried again until it succeeds. */
    REFUSED,

    /** There is no handler: none matches the configuration, or its component cannot be activated. */
    NO_HANDLER,

    /** There is no TLS context of the name, or no service TLS; the end point opens when both are there. */
    NO_TLS,

    /** Something in our own house failed, such as the loop of the bundle. */
    BROKEN
}
