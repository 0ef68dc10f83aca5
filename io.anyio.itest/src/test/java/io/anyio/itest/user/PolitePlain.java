package io.anyio.itest.user;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.SocketStream;
import io.anyio.api.whiteboard.TcpListener;
import java.io.IOException;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** Is served by its annotation; its port is configured. */
@Component(name = "polite.plain", configurationPolicy = ConfigurationPolicy.REQUIRE)
@TcpListener(port = 0, host = "127.0.0.1")
public final class PolitePlain implements ConnectionHandler {
    private final Politeness politeness;

    /** Starts nothing: the whiteboard does. */
    @Activate
    public PolitePlain(@Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        politeness = new Politeness(board);
    }

    @Override
    public void handle(SocketStream stream) throws IOException {
        politeness.handle(stream);
    }
}
