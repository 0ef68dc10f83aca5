package io.anyio.itest.container;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.SocketStream;
import java.io.IOException;
import org.osgi.service.component.annotations.Component;

/** Sends back what it receives; where it listens is configured. */
@Component(name = "echo")
public final class Echo implements ConnectionHandler {
    @Override
    public void handle(SocketStream stream) throws IOException {
        for (byte[] chunk : stream) {
            stream.send(chunk);
        }
    }
}
