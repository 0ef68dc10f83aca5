package io.anyio.api.whiteboard;

/** What a server of the whiteboard listens on. */
public enum ListenerKind {
    /** A TCP port. */
    TCP,

    /** The path of a UNIX socket. */
    UNIX,

    /** A UDP port. */
    UDP
}
