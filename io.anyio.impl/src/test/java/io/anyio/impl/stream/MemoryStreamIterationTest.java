package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.MemoryObjectSendStream;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.ObjectReceiveStream;
import io.anyio.api.task.TaskGroup;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

class MemoryStreamIterationTest {
    private final List<String> received = new ArrayList<>();

    @AnyioTest @Proves("MS-34")
    void iterationGivesTheItemsUntilTheEnd(TaskGroup<Exception> group) {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0)) {
            group.spawn(() -> {
                try (MemoryObjectSendStream<String> sender = stream.sender()) {
                    sender.send("hello");
                    sender.send(null);
                    sender.send("anyio");
                }
            });
            for (String item : stream.receiver()) {
                received.add(item);
            }
            assertEquals(Arrays.asList("hello", null, "anyio"), received);
            assertFalse(stream.receiver().iterator().hasNext());
        }
    }

    @AnyioTest @Proves("MS-34")
    void anotherCheckedErrorComesOutUncheckedWithTheOriginalAsCause() {
        IOException reset = new BrokenResourceException("reset by peer", null);
        ObjectReceiveStream<String> broken = new ObjectReceiveStream<>() {
            @Override
            public String receive() throws IOException {
                throw reset;
            }

            @Override
            public void close() {}
        };
        UncheckedIOException error = assertThrows(UncheckedIOException.class, () -> broken.forEach(received::add));
        assertSame(reset, error.getCause());
    }

    @AnyioTest @Proves("MS-35")
    void iterationFailsIfTheEndItselfIsClosed(TaskGroup<Exception> group) throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(1)) {
            stream.sender().send("hello");
            assertThrows(ClosedResourceException.class, () -> {
                for (String item : stream.receiver()) {
                    received.add(item);
                    stream.receiver().close();
                }
            });
            assertEquals(List.of("hello"), received);

            MemoryObjectStream<String> other = AnyIO.createMemoryObjectStream(0);
            group.spawn(() -> {
                AnyIO.waitAllTasksBlocked();
                other.receiver().close();
            });
            assertThrows(ClosedResourceException.class, () -> other.receiver().forEach(received::add));
            other.close();
        }
    }

    @AnyioTest
    void anIteratorFetchesNoMoreThanIsAskedFor() throws Exception {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(3)) {
            stream.sender().send("a");
            stream.sender().send("b");
            stream.sender().close();
            Iterator<String> items = stream.receiver().iterator();
            assertEquals("a", items.next());
            assertEquals(1, stream.receiver().statistics().currentBufferUsed());
            assertEquals("b", items.next());
            assertThrows(NoSuchElementException.class, items::next);
        }
    }
}
