package io.anyio.itest.user;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.SocketStream;
import java.io.IOException;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Has no key: a configuration says where it is served, and that it is over TLS. */
@Component(name = "polite.secure", property = "polite=secure")
public final class PoliteSecure implements ConnectionHandler {
    private final Politeness politeness;

    /** Starts nothing: the whiteboard does. */
    @Activate
    public PoliteSecure(@Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        politeness = new Politeness(board);
    }

    @Override
    public void handle(SocketStream stream) throws IOException {
        politeness.handle(stream);
    }
}
