package io.anyio.itest.user;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.SocketStream;
import io.anyio.api.whiteboard.TcpListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Echoes, and says goodbye when it is stopped. */
@Component(name = "farewell")
@TcpListener(port = 0, host = "127.0.0.1")
public final class Farewell implements ConnectionHandler {
    /** Starts nothing: the whiteboard does. */
    @Activate
    public Farewell() {}

    @Override
    public void handle(SocketStream stream) throws IOException {
        try {
            for (byte[] chunk : stream) {
                stream.send(chunk);
            }
        } finally {
            AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
                AnyIO.sleep(Duration.ofMillis(5));
                stream.send("bye".getBytes(StandardCharsets.UTF_8));
            });
        }
    }
}
