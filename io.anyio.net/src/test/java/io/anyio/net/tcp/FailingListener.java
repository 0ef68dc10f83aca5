package io.anyio.net.tcp;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.stream.ServeOptions;
import io.anyio.api.task.BlockWith;
import io.anyio.net.Plain;
import io.anyio.net.stream.Acceptor;
import io.anyio.net.stream.ChannelListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.function.UnaryOperator;

/** A listener whose first accepts fail as if the operating system had refused them. */
record FailingListener(SocketListener listener, int port) implements AutoCloseable {

    static FailingListener open(int failures) throws IOException {
        Owner owner = Plain.owner();
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.bind(new InetSocketAddress("127.0.0.1", 0));
        int port = channel.socket().getLocalPort();
        return new FailingListener(
                ChannelListener.of(List.of(new Failing(channel, owner.reactor().register(channel), owner, failures)),
                        owner),
                port);
    }

    void serve(BlockWith<SocketStream, ?> handler, UnaryOperator<ServeOptions> options) throws IOException {
        listener.serve(handler, options);
    }

    SocketStream connect() throws IOException {
        return AnyIO.service(Network.class).connectTcp("127.0.0.1", port);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private static final class Failing extends Acceptor {
        private int failures;

        Failing(ServerSocketChannel channel, RegisteredChannel registered, Owner owner, int failures)
                throws IOException {
            super(channel, registered, owner, "tcp");
            this.failures = failures;
        }

        @Override
        protected boolean admit(SocketChannel connection) throws IOException {
            if (failures-- > 0) {
                throw new IOException("Too many open files");
            }
            return true;
        }
    }
}
