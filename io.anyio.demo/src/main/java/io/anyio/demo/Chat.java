package io.anyio.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.BufferedByteReceiveStream;
import io.anyio.api.stream.IncompleteReadException;
import io.anyio.api.stream.MemoryObjectReceiveStream;
import io.anyio.api.stream.MemoryObjectSendStream;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.whiteboard.TcpListener;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * A chat: what one person types, all others read. A connection is two tasks, one that receives lines and one that sends
 * what the others say, and whichever ends first ends both. The port is {@code -Ddemo.chat.port}.
 */
@Component(name = "io.anyio.demo.Chat", configurationPolicy = ConfigurationPolicy.REQUIRE)
@TcpListener(port = 7008, maxConnections = 1000)
public final class Chat implements ConnectionHandler {
    private static final byte[] NEWLINE = {'\n'};
    private static final int LONGEST_LINE = 4096;

    /** Nobody waits for a slow one: who is further behind hears nothing more, and leaves after the rest. */
    private static final int LINES_BEHIND = 100;

    /** Needs no lock: all handlers are tasks of one loop, which runs one task at a time. */
    private final Map<String, MemoryObjectSendStream<String>> people = new LinkedHashMap<>();

    @Override
    public void handle(SocketStream stream) throws IOException {
        BufferedByteReceiveStream lines = new BufferedByteReceiveStream(stream);
        send(stream, "Your name?");
        String name = line(lines);
        if (name == null || name.isEmpty()) {
            return;
        }
        MemoryObjectStream<String> inbox = AnyIO.createMemoryObjectStream(LINES_BEHIND);
        try (MemoryObjectSendStream<String> others = inbox.sender();
                MemoryObjectReceiveStream<String> heard = inbox.receiver()) {
            if (people.putIfAbsent(name, others) != null) {
                send(stream, "There is another " + name + " here");
                return;
            }
            try {
                talk(name, stream, lines, heard);
            } finally {
                if (people.remove(name, others)) {
                    say(name, name + " has left");
                }
            }
        }
    }

    private void talk(String name, SocketStream stream, BufferedByteReceiveStream lines,
            MemoryObjectReceiveStream<String> heard) throws IOException {
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("hear", () -> {
                for (String line : heard) {
                    send(stream, line);
                }
                group.cancel();
            });
            say(name, name + " is here");
            for (String line = line(lines); line != null; line = line(lines)) {
                say(name, name + ": " + line);
            }
            group.cancel();
        });
    }

    /** Tells all people but one. Never waits, so it needs no care when its task is cancelled. */
    private void say(String name, String line) {
        for (Map.Entry<String, MemoryObjectSendStream<String>> other : List.copyOf(people.entrySet())) {
            if (!other.getKey().equals(name)) {
                try {
                    other.getValue().sendNowait(line);
                } catch (WouldBlockException | BrokenResourceException _) {
                    other.getValue().close();
                    people.remove(other.getKey());
                }
            }
        }
    }

    private static void send(SocketStream stream, String line) throws IOException {
        stream.send((line + "\n").getBytes(UTF_8));
    }

    /** A line without its end, or null if the person has left. */
    private static @Nullable String line(BufferedByteReceiveStream lines) throws IOException {
        try {
            return new String(lines.receiveUntil(NEWLINE, LONGEST_LINE), UTF_8).strip();
        } catch (IncompleteReadException _) {
            return null;
        }
    }
}
