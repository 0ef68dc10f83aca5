package io.anyio.bench.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Netty 4.2, by default with one event loop thread, written as a Netty user in search of speed would: pooled direct
 * buffers passed on as they came, one flush for each read round, no promise for each write, and a receive buffer of
 * fixed size. (Its default buffers are level with that at 64 B and cost a fifth more CPU at 16 KiB.)
 */
final class NettyServer implements EchoServer {
    private final Supplier<IoHandlerFactory> transport;
    private final Class<? extends ServerChannel> channelType;

    private NettyServer(Supplier<IoHandlerFactory> transport, Class<? extends ServerChannel> channelType) {
        this.transport = transport;
        this.channelType = channelType;
    }

    /** Netty on the JDK's selector. */
    static NettyServer nio() {
        return new NettyServer(NioIoHandler::newFactory, NioServerSocketChannel.class);
    }

    /** Netty on its native transport for Linux. */
    static NettyServer nativeEpoll() {
        return new NettyServer(
                () -> {
                    Epoll.ensureAvailability();
                    return EpollIoHandler.newFactory();
                },
                EpollServerSocketChannel.class);
    }

    @Override
    public void serve(Service service, IntConsumer listening) throws InterruptedException {
        try (var group = new MultiThreadIoEventLoopGroup(service.loops(), transport.get())) {
            Channel server = new ServerBootstrap()
                    .group(group)
                    .channel(channelType)
                    .option(ChannelOption.SO_BACKLOG, 4096)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                    .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(service.bufferSize()))
                    .childHandler(handler(service))
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
            listening.accept(((InetSocketAddress) server.localAddress()).getPort());
            server.closeFuture().sync();
        }
    }

    private static ChannelHandler handler(Service service) {
        Echo echo = new Echo(service);
        SSLContext tls = service.tls();
        if (tls == null) {
            return echo;
        }
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                SSLEngine engine = tls.createSSLEngine();
                engine.setUseClientMode(false);
                channel.pipeline().addLast(new SslHandler(engine), echo);
            }
        };
    }

    /** Errors of writes come to {@link #exceptionCaught} by the void promise, so nobody needs their futures. */
    @ChannelHandler.Sharable
    @SuppressWarnings("FutureReturnValueIgnored")
    private static final class Echo extends ChannelInboundHandlerAdapter {
        private final Service service;

        Echo(Service service) {
            this.service = service;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            service.compute();
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            System.err.println("Connection failed: " + cause);
            context.close();
        }
    }
}
