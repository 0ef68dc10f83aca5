package io.anyio.bench.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;

/**
 * What the servers on Netty do. All connections share one handler. Errors of writes come to {@code exceptionCaught} by
 * the void promise, so nobody needs their futures.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class NettyHandlers {
    private NettyHandlers() {}

    /** Ends a connection that fails or is idle. */
    private abstract static class Handler extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof IdleStateEvent) {
                context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            System.err.println("Connection failed: " + cause);
            context.close();
        }
    }

    /** Sends back what it reads, with one flush for each read round. */
    @ChannelHandler.Sharable
    static final class Echo extends Handler {
        private final EchoServer.Service service;

        Echo(EchoServer.Service service) {
            this.service = service;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            service.compute();
            context.write(
                    message instanceof DatagramPacket packet
                            ? new DatagramPacket(packet.content(), packet.sender())
                            : message,
                    context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }

    /** Reads and forgets. */
    @ChannelHandler.Sharable
    static final class Discard extends Handler {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }
    }

    /** Sends as long as the connection takes it. */
    @ChannelHandler.Sharable
    static final class Flood extends Handler {
        private final ByteBuf chunk;

        Flood(int size) {
            chunk = Unpooled.directBuffer(size).writeZero(size);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            flood(context);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            flood(context);
        }

        private void flood(ChannelHandlerContext context) {
            while (context.channel().isWritable()) {
                context.write(chunk.retainedDuplicate(), context.voidPromise());
            }
            context.flush();
        }
    }
}
