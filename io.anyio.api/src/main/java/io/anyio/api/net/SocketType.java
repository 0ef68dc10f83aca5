package io.anyio.api.net;

/** What a socket carries. Java has one protocol for each. */
public enum SocketType {
    /** Either. */
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
     * The number that IANA has given to the protocol.
     *
     * @return 6 for TCP, 17 for UDP, 0 for either
     */
    public int protocol() {
        return protocol;
    }
}
