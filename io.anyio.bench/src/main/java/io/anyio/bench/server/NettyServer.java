package io.anyio.bench.server;

import io.anyio.bench.option.EchoCase;
import io.anyio.bench.option.EchoCase.Transport;
import io.netty.bootstrap.AbstractBootstrap;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.FixedLengthFrameDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Netty 4.2, by default with one event loop thread, written as a Netty user in search of speed would: pooled direct
 * buffers passed on as they came, one flush for each read round, no promise for each write, and a receive buffer of
 * fixed size. (Its default buffers are level with that at 64 B and cost a fifth more CPU at 16 KiB.) Its native
 * transport receives and sends many datagrams by one system call.
 */
final class NettyServer implements EchoServer {
    /** How many datagrams one system call may receive. */
    private static final int DATAGRAMS = 32;

    private final Supplier<IoHandlerFactory> transport;
    private final Class<? extends ServerChannel> tcp;
    private final Class<? extends ServerChannel> unix;
    private final Class<? extends DatagramChannel> udp;
    private final Function<String, SocketAddress> path;

    private NettyServer(Supplier<IoHandlerFactory> transport, Class<? extends ServerChannel> tcp,
            Class<? extends ServerChannel> unix, Class<? extends DatagramChannel> udp,
            Function<String, SocketAddress> path) {
        this.transport = transport;
        this.tcp = tcp;
        this.unix = unix;
        this.udp = udp;
        this.path = path;
    }

    /** Netty on the JDK's selector. */
    static NettyServer nio() {
        return new NettyServer(NioIoHandler::newFactory, NioServerSocketChannel.class,
                NioServerDomainSocketChannel.class, NioDatagramChannel.class, UnixDomainSocketAddress::of);
    }

    /** Netty on its native transport for Linux. */
    static NettyServer nativeEpoll() {
        return new NettyServer(
                () -> {
                    Epoll.ensureAvailability();
                    return EpollIoHandler.newFactory();
                },
                EpollServerSocketChannel.class, EpollServerDomainSocketChannel.class, EpollDatagramChannel.class,
                DomainSocketAddress::new);
    }

    @Override
    public void serve(Service service, Consumer<String> listening) throws InterruptedException {
        boolean isUnix = service.load().transport() == Transport.UNIX;
        try (var group = new MultiThreadIoEventLoopGroup(service.loops(), transport.get())) {
            Channel server = bootstrap(service, group)
                    .bind(isUnix
                            ? path.apply(service.socket())
                            : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
            listening.accept(isUnix
                    ? service.socket()
                    : String.valueOf(((InetSocketAddress) server.localAddress()).getPort()));
            server.closeFuture().sync();
        }
    }

    private AbstractBootstrap<?, ?> bootstrap(Service service, EventLoopGroup group) {
        EchoCase load = service.load();
        return switch (load.transport()) {
            case UDP -> datagrams(service, group);
            case UNIX -> streams(service, group).channel(unix);
            case TCP, TLS -> streams(service, group).channel(tcp).childOption(ChannelOption.TCP_NODELAY, true);
        };
    }

    private AbstractBootstrap<?, ?> datagrams(Service service, EventLoopGroup group) {
        Bootstrap bootstrap = new Bootstrap().group(group).channel(udp).handler(new NettyHandlers.Echo(service));
        int size = service.load().size();
        return udp == EpollDatagramChannel.class
                ? bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, size)
                        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAMS * size))
                : bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(size)
                        .maxMessagesPerRead(DATAGRAMS));
    }

    private static ServerBootstrap streams(Service service, EventLoopGroup group) {
        EchoCase load = service.load();
        ChannelHandler last = switch (load.flow()) {
            case ECHO -> new NettyHandlers.Echo(service);
            case UP -> new NettyHandlers.Discard();
            case DOWN -> new NettyHandlers.Flood(load.size());
        };
        return new ServerBootstrap()
                .group(group)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(load.bufferSize()))
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(Math.max(32768, 4 * load.size()), Math.max(65536, 8 * load.size())))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        compose(channel.pipeline(), service);
                        channel.pipeline().addLast(last);
                    }
                });
    }

    /** Adds what comes before the server's own handler. */
    private static void compose(ChannelPipeline pipeline, Service service) {
        EchoCase load = service.load();
        SSLContext tls = service.tls();
        if (tls != null) {
            SSLEngine engine = tls.createSSLEngine();
            engine.setUseClientMode(false);
            pipeline.addLast(new SslHandler(engine));
        }
        if (load.timeout() > 0) {
            pipeline.addLast(new IdleStateHandler(0, 0, load.timeout()));
        }
        if (load.burst() > 1) {
            pipeline.addLast(new FixedLengthFrameDecoder(load.size()));
        }
    }
}
