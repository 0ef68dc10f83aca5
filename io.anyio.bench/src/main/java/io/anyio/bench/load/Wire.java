package io.anyio.bench.load;

import io.anyio.bench.option.EchoCase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What a connection writes to and reads from, without waiting. */
sealed interface Wire permits Wire.Plain, SecureWire {
    /** How many connections have one local address: it has 28,000 ports. */
    int PER_ADDRESS = 20_000;

    /** Takes what it can of the bytes, and tries to write all it has taken. */
    void write(ByteBuffer bytes) throws IOException;

    /** Whether something that was taken is not written. */
    boolean isPending();

    /** Reads what is there; 0 if there is nothing, -1 at the end. */
    int read(ByteBuffer bytes) throws IOException;

    /** The socket, not blocking. */
    SelectableChannel channel();

    /** Connects the connection with this number. */
    static Wire open(SocketAddress address, EchoCase load, @Nullable SSLContext tls, int number) throws IOException {
        Wire wire = switch (load.transport()) {
            case UDP -> new Plain<>(DatagramChannel.open().connect(address));
            case UNIX -> new Plain<>(SocketChannel.open(address));
            case TCP, TLS -> tcp(address, load, tls, number);
        };
        wire.channel().configureBlocking(false);
        return wire;
    }

    private static Wire tcp(SocketAddress address, EchoCase load, @Nullable SSLContext tls, int number)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            if (number >= PER_ADDRESS) {
                channel.bind(new InetSocketAddress("127.0.0." + (1 + number / PER_ADDRESS), 0));
            }
            channel.connect(address);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return tls == null ? new Plain<>(channel) : SecureWire.open(channel, tls, load.requestSize());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** The socket itself. */
    record Plain<C extends SelectableChannel & ByteChannel>(C channel) implements Wire {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            channel.write(bytes);
        }

        @Override
        public boolean isPending() {
            return false;
        }

        @Override
        public int read(ByteBuffer bytes) throws IOException {
            return channel.read(bytes);
        }
    }
}
