package io.anyio.tls;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads which cipher suites a client offers (RFC 8446, section 4.1.2): the JDK's engine does not show them. */
final class ClientHello {
    private static final byte HANDSHAKE = 22;
    private static final byte CLIENT_HELLO = 1;
    private static final int RANDOM = 32;

    private ClientHello() {}

    /**
     * The numbers of the cipher suites in the client's order; null if this is not a complete client hello.
     */
    static char @Nullable [] ciphers(ByteBuffer received) {
        ByteBuffer hello = received.duplicate();
        try {
            if (hello.get() != HANDSHAKE) {
                return null;
            }
            skip(hello, Short.BYTES); // version
            int length = Short.toUnsignedInt(hello.getShort());
            hello.limit(Math.min(hello.limit(), hello.position() + length));
            if (hello.get() != CLIENT_HELLO) {
                return null;
            }
            skip(hello, 3 + Short.BYTES + RANDOM); // length, version
            skip(hello, Byte.toUnsignedInt(hello.get())); // session
            char[] ciphers = new char[Short.toUnsignedInt(hello.getShort()) / Character.BYTES];
            hello.asCharBuffer().get(ciphers);
            return ciphers;
        } catch (BufferUnderflowException _) {
            return null;
        }
    }

    private static void skip(ByteBuffer buffer, int count) {
        if (count > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
        buffer.position(buffer.position() + count);
    }
}
