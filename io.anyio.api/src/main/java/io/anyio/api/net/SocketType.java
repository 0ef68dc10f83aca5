package io.anyio.api.net;

/** The type of a socket. Java has one protocol for each type. */
public enum SocketType {
    /** Either of the others. */
    UNSPECIFIED(0),

    /** Streams of bytes, over TCP. */
    STREAM(6),

    /** Datagrams, over UDP. */
    DATAGRAM(17);

    private final int protocol;

    SocketType(int protocol) {
        this.protocol = protocol;
    }

    /**
     * Returns the number that IANA has assigned to the protocol.
     *
     * @return 6 for TCP, 17 for UDP, 0 for either
     */
    public int protocol() {
        return protocol;
    }
}
