package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.task.TaskGroup;
import io.anyio.testing.AnyioTest;
import java.io.IOException;

/** The server of docs/cores.md. */
class CoresServerExamples {
    private static void answer(SocketStream stream) throws IOException {
        for (byte[] question : stream) {
            stream.send(question);
        }
    }

    private static void serve(SocketListener listener) throws IOException {
        listener.serve(CoresServerExamples::answer, o -> o.isolated(true).loops(0));
    }

    @AnyioTest
    void aServer(TaskGroup<?> group) throws Exception {
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0)) {
            group.spawn("clients", () -> {
                for (int i = 0; i < 4; i++) {
                    try (SocketStream stream = AnyIO.service(Network.class).connectTcp("127.0.0.1",
                            listener.localPort())) {
                        stream.send("hello".getBytes(UTF_8));
                        assertEquals("hello", new String(stream.receive(), UTF_8));
                    }
                }
                listener.drain();
            });
            serve(listener);
        }
    }
}
