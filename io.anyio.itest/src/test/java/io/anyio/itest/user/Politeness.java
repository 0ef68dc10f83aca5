package io.anyio.itest.user;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.SocketStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.osgi.framework.FrameworkUtil;

/** Answers each byte with a letter for the version of its bundle, and says good-bye under a shield. */
public abstract class Politeness implements ConnectionHandler {
    private final byte answer = (byte) ('a' + FrameworkUtil.getBundle(Politeness.class).getVersion().getMajor());
    private final BiConsumer<String, Object> board;

    Politeness(BiConsumer<String, Object> board) {
        this.board = board;
    }

    @Override
    public final void handle(SocketStream stream) throws IOException {
        board.accept("tasks", 1);
        try {
            for (byte[] chunk : stream) {
                Arrays.fill(chunk, answer);
                stream.send(chunk);
            }
        } finally {
            try {
                AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
                    AnyIO.sleep(Duration.ofMillis(5));
                    stream.send(new byte[]{'!'});
                });
            } finally {
                board.accept("tasks", -1);
            }
        }
    }
}
