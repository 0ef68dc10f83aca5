package com.example;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.SocketStream;
import io.anyio.api.whiteboard.TcpListener;
import java.io.IOException;
import org.osgi.service.component.annotations.Component;

@Component
@TcpListener(port = 7007)
public final class Echo implements ConnectionHandler {
    @Override
    public void handle(SocketStream stream) throws IOException {
        for (byte[] chunk : stream) {
            stream.send(chunk);
        }
    }
}
