package io.anyio.api.net;

/** The kind of addresses that a socket has. */
public enum AddressFamily {
    /** Any family: that of the addresses that are found. */
    UNSPECIFIED,

    /** Internet protocol, version 4. */
    IPV4,

    /** Internet protocol, version 6. */
    IPV6,

    /** Paths in the file system of this machine. */
    UNIX
}
