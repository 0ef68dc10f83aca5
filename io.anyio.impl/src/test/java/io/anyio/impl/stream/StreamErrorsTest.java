package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.attribute.TypedAttributeLookupException;
import io.anyio.api.attribute.TypedAttributeProvider;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.DelimiterNotFoundException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.IncompleteReadException;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.junit.jupiter.api.function.Executable;

class StreamErrorsTest {
    private static final TypedAttribute<String> NAME = TypedAttribute.of(String.class, "name");

    @AnyioTest @Proves({"EX-01", "EX-06"})
    void eachErrorIsATypeOfItsOwn() {
        List<Exception> errors = List.of(new BrokenResourceException("broken", null),
                new BusyResourceException("reading from"), new ClosedResourceException("The stream"),
                new DelimiterNotFoundException(1), new EndOfStreamException(),
                new IncompleteReadException(new EndOfStreamException()), new WouldBlockException("receive"),
                new TypedAttributeLookupException(NAME, new TypedAttributeProvider() {}),
                new ExceptionGroup(List.of(new IOException())));
        Set<Class<?>> types = new HashSet<>();
        for (Exception error : errors) {
            types.add(error.getClass());
            for (Exception other : errors) {
                assertTrue(error == other || !error.getClass().isInstance(other), error + " " + other);
            }
        }
        assertEquals(9, types.size());
        assertInstanceOf(NoSuchElementException.class, errors.get(7));
    }

    @AnyioTest @Proves("EX-02")
    void aBusyResourceSaysWhatTheOtherTaskDoes(TaskGroup<Exception> group) throws Exception {
        try (MemoryByteStreams streams = AnyIO.createMemoryByteStreams(1)) {
            TaskHandle<byte[]> first = group.spawn(() -> streams.first().receive());
            AnyIO.waitAllTasksBlocked();
            BusyResourceException receiving = assertThrows(BusyResourceException.class,
                    () -> streams.first().receive());
            assertEquals("Another task is already reading from this resource", receiving.getMessage());
            streams.second().send(new byte[1]);
            first.await();

            TaskHandle<?> sender = group.spawn(() -> streams.first().send(new byte[2]));
            AnyIO.waitAllTasksBlocked();
            BusyResourceException sending = assertThrows(BusyResourceException.class,
                    () -> streams.first().send(new byte[2]));
            assertEquals("Another task is already writing to this resource", sending.getMessage());
            sender.cancel();
            sender.awaitEnd();
        }
    }

    @AnyioTest @Proves({"EX-03", "EX-04"})
    void theTextsOfReadErrorsTellWhatWasAskedFor() {
        assertTrue(new DelimiterNotFoundException(4711).getMessage().contains("4711"));
        EndOfStreamException end = new EndOfStreamException();
        IncompleteReadException incomplete = new IncompleteReadException(end);
        assertTrue(incomplete.getMessage().contains("closed before the read operation could be completed"));
        assertSame(end, incomplete.getCause());
    }

    @AnyioTest @Proves("EX-05")
    void anExceptionGroupIsUnchecked() {
        assertInstanceOf(RuntimeException.class, new ExceptionGroup(List.of(new IOException())));
    }

    @AnyioTest @Proves("EX-07")
    void aBrokenResourceKeepsTheErrorOfTheSystemAsItsCause() {
        IOException reset = new IOException("Connection reset");
        assertSame(reset, new BrokenResourceException("The connection is broken", reset).getCause());
    }

    @AnyioTest @Proves("EX-10")
    void frequentErrorsAreCheap() {
        try (MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream()) {
            Exception full = assertThrows(WouldBlockException.class, () -> stream.sender().sendNowait("x"));
            Exception empty = assertThrows(WouldBlockException.class, () -> stream.receiver().receiveNowait());
            assertFalse(full.getMessage().equals(empty.getMessage()));
            stream.sender().close();
            Exception end = assertThrows(EndOfStreamException.class, () -> stream.receiver().receive());
            for (Exception error : List.of(full, empty, end)) {
                assertEquals(0, error.getStackTrace().length);
            }
        }
    }

    @AnyioTest
    void cancelledComesBeforeClosedBeforeBusyBeforeBroken(TaskGroup<Exception> group) throws Exception {
        MemoryObjectStream<String> objects = AnyIO.createMemoryObjectStream();
        MemoryByteStreams bytes = AnyIO.createMemoryByteStreams(1);
        byte[] two = new byte[2];

        // busy before broken: the other side is closed while a task sends, which has not run since
        TaskHandle<?> sender = group.spawn(() -> {
            assertThrows(BrokenResourceException.class, () -> bytes.first().send(two));
        });
        AnyIO.waitAllTasksBlocked();
        bytes.second().close();
        assertThrows(BusyResourceException.class, () -> bytes.first().send(two));
        sender.await();
        assertThrows(BrokenResourceException.class, () -> bytes.first().send(two));

        // closed before broken
        objects.close();
        bytes.close();
        List<Executable> operations = List.of(() -> objects.sender().send("x"), () -> objects.receiver().receive(),
                () -> bytes.first().send(two),
                () -> bytes.first().receive(), () -> bytes.first().sendEof());
        for (Executable operation : operations) {
            assertThrows(ClosedResourceException.class, operation);
        }

        // cancelled before closed
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        scope.run(() -> {
            for (Executable operation : operations) {
                assertThrows(CancelledError.class, operation);
            }
        });
    }

    @AnyioTest
    void closedComesBeforeBusy(TaskGroup<Exception> group) throws Exception {
        MemoryByteStreams bytes = AnyIO.createMemoryByteStreams(1);
        TaskHandle<?> receiver = group.spawn(() -> {
            assertThrows(ClosedResourceException.class, () -> bytes.first().receive());
        });
        AnyIO.waitAllTasksBlocked();
        bytes.first().close();
        assertThrows(ClosedResourceException.class, () -> bytes.first().receive());
        receiver.await();
        bytes.close();
    }
}
