package io.anyio.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.MemoryObjectStreamStatistics;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The examples of docs/memory-streams.md. */
class MemoryStreamsExamples {
    private int sum;

    @AnyioTest
    void twoEnds() throws IOException {
        List<String> heard = new ArrayList<>();
        MemoryObjectStream<String> words = AnyIO.createMemoryObjectStream();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            group.spawn("producer", () -> {
                try (var sender = words.sender()) {
                    sender.send("hello");
                    sender.send("world");
                }
            });
            try (var receiver = words.receiver()) {
                for (String word : receiver) {
                    heard.add(word);
                }
            }
        });
        assertEquals(List.of("hello", "world"), heard);
    }

    @AnyioTest
    void howMuchMayWait() throws IOException {
        MemoryObjectStream<Integer> buffered = AnyIO.createMemoryObjectStream(2);
        buffered.sender().send(1);
        buffered.sender().send(2);
        assertThrows(WouldBlockException.class, () -> buffered.sender().sendNowait(3));

        MemoryObjectStreamStatistics now = buffered.receiver().statistics();
        assertEquals(2, now.currentBufferUsed());
        assertEquals(2, now.peakBufferUsed());
        assertEquals(0, now.tasksWaitingSend());
        buffered.close();
    }

    @AnyioTest
    void severalProducers() throws IOException {
        MemoryObjectStream<Integer> results = AnyIO.createMemoryObjectStream();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            try (var sender = results.sender()) {
                for (int i = 0; i < 3; i++) {
                    int result = i;
                    var clone = sender.clone();
                    group.spawn("worker", () -> {
                        try (clone) {
                            clone.send(result);
                        }
                    });
                }
            }
            for (int result : results.receiver()) {
                sum += result;
            }
        });
        results.close();
        assertEquals(3, sum);
    }

    @AnyioTest
    void fromOtherThreads() throws Exception {
        MemoryObjectStream<String> events = AnyIO.createMemoryObjectStream(100);
        Thread listener = Thread.ofPlatform().start(() -> {
            try {
                events.sender().sendNowait("clicked");
            } catch (BrokenResourceException | WouldBlockException e) {
                // no task listens, or too slowly: the event is lost
            }
        });
        assertEquals("clicked", events.receiver().receive());
        listener.join();
        events.close();
    }

    @AnyioTest(virtualClock = true)
    void cancellation() throws IOException {
        MemoryObjectStream<String> words = AnyIO.createMemoryObjectStream();
        String word = AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> words.receiver().receive(), "silence");
        assertEquals("silence", word);
        words.close();
    }

    @AnyioTest
    void connectionsInMemory() throws IOException {
        try (MemoryByteStreams connection = AnyIO.createMemoryByteStreams(65536)) {
            connection.first().send("ping".getBytes(UTF_8));
            connection.first().sendEof();
            assertEquals("ping", new String(connection.second().receive(), UTF_8));
            assertThrows(EndOfStreamException.class, () -> connection.second().receive());
        }
    }
}
