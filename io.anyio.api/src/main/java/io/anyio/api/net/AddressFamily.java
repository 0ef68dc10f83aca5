package io.anyio.api.net;

/** What kind of addresses a socket has. */
public enum AddressFamily {
    /** Whatever the addresses turn out to be. */
    UNSPECIFIED,

    /** Internet protocol, version 4. */
    IPV4,

    /** Internet protocol, version 6. */
    IPV6,

    /** Paths in the file system of this machine. */
    UNIX
}
