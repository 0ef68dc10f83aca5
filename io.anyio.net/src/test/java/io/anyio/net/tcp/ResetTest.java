package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.SocketAttribute;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.task.BlockWith;
import io.anyio.net.Pair;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/**
 * A reset is a reset for both directions, whichever sees it first; and the end of a stream is an end, whatever sending
 * finds.
 */
class ResetTest {
    @TempDir
    Path directory;

    /**
     * How the other side ends, and what we receive then. It is a plain socket, so that nothing else happens.
     */
    private record Row(String name, boolean unix, BlockWith<SocketChannel, IOException> peer,
            Class<? extends IOException> received) {}

    private static final List<Row> ROWS = List.of(
            new Row("TCP reset", false, peer -> {
                peer.setOption(StandardSocketOptions.SO_LINGER, 0);
                peer.close();
            }, BrokenResourceException.class),
            new Row("TCP close", false, SocketChannel::close, EndOfStreamException.class),
            // unread bytes cause a reset for the other side
            new Row("TCP close with something unread", false, SocketChannel::close, BrokenResourceException.class),
            new Row("UNIX close", true, SocketChannel::close, EndOfStreamException.class),
            new Row("UNIX close with something unread", true, SocketChannel::close, BrokenResourceException.class),
            new Row("UNIX end of receiving", true, SocketChannel::shutdownInput,
                    EndOfStreamException.class));

    private record Ends(SocketStream client, SocketChannel server) implements AutoCloseable {
        void serverSends(int value) throws IOException {
            server.write(ByteBuffer.wrap(new byte[]{(byte) value}));
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    private Ends open(boolean unix) throws IOException {
        try (SocketListener listener = unix
                ? AnyIO.service(Listeners.class).unix(directory.resolve("path"))
                : Pair.listen()) {
            SocketChannel peer = SocketChannel.open(listener.attribute(SocketAttribute.LOCAL_ADDRESS));
            return new Ends(listener.accept(), peer);
        }
    }

    private static void sendUntilItFails(SocketStream stream) {
        assertThrows(BrokenResourceException.class, () -> {
            while (true) {
                stream.send(new byte[1]);
                AnyIO.checkpoint();
            }
        });
    }

    @AnyioTest
    void whatSendingSeesFirstIsKeptForReceiving() throws Exception {
        Map<String, String> wrong = new LinkedHashMap<>();
        for (Row row : ROWS) {
            for (boolean buffered : new boolean[]{false, true}) {
                try (Ends pair = open(row.unix)) {
                    if (buffered) {
                        // is delivered before the end, or lost with a reset
                        pair.serverSends(7);
                    }
                    if (row.name.contains("unread")) {
                        pair.client().send(new byte[]{1});
                    }
                    row.peer.run(pair.server());
                    sendUntilItFails(pair.client());
                    pair.server().close();
                    List<String> seen = new ArrayList<>();
                    for (int i = 0; i < 3; i++) {
                        try {
                            assertArrayEquals(new byte[]{7}, pair.client().receive());
                        } catch (IOException e) {
                            seen.add(e.getClass().getSimpleName());
                        }
                    }
                    String expected = row.received.getSimpleName();
                    if (!seen.stream().allMatch(expected::equals) || seen.size() < 2) {
                        wrong.put(row.name + (buffered ? " after a byte" : ""), seen.toString());
                    }
                    sendUntilItFails(pair.client());
                }
            }
        }
        assertEquals(Map.of(), wrong);
    }

    @AnyioTest
    void whatReceivingSeesFirstIsKeptForSendingAndReceiving() throws Exception {
        Map<String, String> wrong = new LinkedHashMap<>();
        for (Row row : ROWS) {
            if (row.name.contains("receiving")) {
                continue;
            }
            try (Ends pair = open(row.unix)) {
                if (row.name.contains("unread")) {
                    pair.client().send(new byte[]{1});
                }
                row.peer.run(pair.server());
                List<String> seen = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    try {
                        pair.client().receive();
                    } catch (IOException e) {
                        seen.add(e.getClass().getSimpleName());
                    }
                }
                sendUntilItFails(pair.client());
                try {
                    pair.client().receive();
                } catch (IOException e) {
                    seen.add(e.getClass().getSimpleName());
                }
                if (!seen.stream().allMatch(row.received.getSimpleName()::equals) || seen.size() != 4) {
                    wrong.put(row.name, seen.toString());
                }
            }
        }
        assertEquals(Map.of(), wrong);
    }
}
