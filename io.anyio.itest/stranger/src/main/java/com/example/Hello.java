package com.example;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import java.io.IOException;

public class Hello {
    public static void main(String[] args) throws IOException {
        AnyIO.run(() -> {
            SocketListener listener = AnyIO.service(Listeners.class).tcp(0);
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn("server", () -> listener.serve(Hello::echo));
                try (SocketStream stream = AnyIO.service(Network.class).connectTcp("localhost", listener.localPort())) {
                    stream.send("hello".getBytes());
                    System.out.println(new String(stream.receive()));
                }
                group.cancelScope().cancel();
            });
        });
    }

    private static void echo(SocketStream stream) throws IOException {
        for (byte[] chunk : stream) {
            stream.send(chunk);
        }
    }
}
