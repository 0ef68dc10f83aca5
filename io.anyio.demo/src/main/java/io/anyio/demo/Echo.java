package io.anyio.demo;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.SocketStream;
import io.anyio.api.whiteboard.TcpListener;
import java.io.IOException;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Sends back what it receives. Its configuration, in {@code OSGI-INF/configurator}, takes the port from
 * {@code -Ddemo.port}.
 */
@Component(name = "io.anyio.demo.Echo", configurationPolicy = ConfigurationPolicy.REQUIRE)
@TcpListener(port = 7007)
public final class Echo implements ConnectionHandler {
    @Override
    public void handle(SocketStream stream) throws IOException {
        for (byte[] chunk : stream) {
            stream.send(chunk);
        }
    }
}
