package io.anyio.itest.user;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.SocketStream;
import io.anyio.api.whiteboard.TcpListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Echoes; fails on the word {@code boom}. */
@Component(name = "echo.server")
@TcpListener(port = 0, host = "127.0.0.1")
public final class EchoServer implements ConnectionHandler {
    private final BiConsumer<String, Object> board;

    /** Starts nothing: the whiteboard does. */
    @Activate
    public EchoServer(@Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        this.board = board;
    }

    @Override
    public void handle(SocketStream stream) throws IOException {
        board.accept("handler.loader", Thread.currentThread().getContextClassLoader());
        board.accept("handler.task", AnyIO.getCurrentTask().name());
        board.accept("handler.thread", Thread.currentThread());
        try {
            for (byte[] chunk : stream) {
                if (new String(chunk, StandardCharsets.UTF_8).equals("boom")) {
                    throw new IllegalStateException("boom on purpose");
                }
                stream.send(chunk);
            }
        } finally {
            board.accept("handler.ended", true);
        }
    }
}
