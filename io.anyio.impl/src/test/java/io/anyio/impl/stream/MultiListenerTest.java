package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.MultiListener;
import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.sync.Event;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

class MultiListenerTest {
    private static final TypedAttribute<String> SHARED = TypedAttribute.of(String.class, "shared");
    private static final TypedAttribute<String> OF_FIRST = TypedAttribute.of(String.class, "ofFirst");

    /** A connection that knows where it came from. */
    private record Connection(String listener) implements AsyncResource {
        @Override
        public void close() {}
    }

    /** A listener whose connections come from the test. */
    private static final class Fake implements Listener<Connection> {
        final String name;
        final MemoryObjectStream<Connection> incoming = AnyIO.createMemoryObjectStream(10);
        @Nullable
        IOException failsAtClose;
        int closes;

        Fake(String name) {
            this.name = name;
        }

        void connect() throws IOException {
            incoming.sender().send(new Connection(name));
        }

        @Override
        public void serve(BlockWith<? super Connection, ?> handler, TaskGroup<?> group) throws IOException {
            for (Connection connection : incoming.receiver()) {
                group.spawn("handle", () -> handler.run(connection));
            }
            throw new IOException(name + " has ended");
        }

        @Override
        public void close() throws IOException {
            closes++;
            incoming.receiver().close();
            if (failsAtClose != null) {
                throw failsAtClose;
            }
        }

        @Override
        public Map<TypedAttribute<?>, Supplier<?>> attributes() {
            return name.equals("a") ? Map.of(SHARED, () -> name, OF_FIRST, () -> "first") : Map.of(SHARED, () -> name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @AnyioTest @Proves({"ML-01", "ML-02", "TA-11"})
    void allListenersAreServedAtOnceAlsoThoseOfAMember(TaskGroup<?> group) throws IOException {
        Fake a = new Fake("a");
        Fake b = new Fake("b");
        Fake c = new Fake("c");
        MultiListener<Connection> inner = new MultiListener<>(List.of(b, c));
        assertEquals("c", inner.attribute(SHARED));
        MultiListener<Connection> all = new MultiListener<>(List.of(a, inner));
        assertEquals(List.of(a, b, c), all.listeners());
        assertEquals("a, b, c", all.toString());
        assertEquals("c", all.attribute(SHARED));
        assertEquals("first", all.attribute(OF_FIRST));

        assertEquals(List.of(), inner.listeners());
        assertEquals(Map.of(), inner.attributes());
        inner.serve(connection -> {});
        inner.close();
        assertEquals(0, b.closes + c.closes);

        List<String> handled = new ArrayList<>();
        TaskHandle<?> serving = group.spawn(() -> all.serve(connection -> handled.add(connection.listener())));
        for (Fake listener : List.of(c, a, b)) {
            listener.connect();
            AnyIO.waitAllTasksBlocked();
        }
        assertEquals(List.of("c", "a", "b"), handled);
        serving.cancel();
        serving.awaitEnd();
        all.close();
    }

    @AnyioTest @Proves("ML-05")
    void handlersRunInTheGivenGroupOrInOneOfEachListenersOwn(TaskGroup<?> group) throws IOException {
        for (boolean given : new boolean[]{true, false}) {
            Event goOn = AnyIO.createEvent();
            Fake a = new Fake("a");
            Fake b = new Fake("b");
            try (MultiListener<Connection> all = new MultiListener<>(List.of(a, b))) {
                Set<String> handled = new HashSet<>();
                BlockWith<Connection, IOException> handler = connection -> {
                    try {
                        goOn.await();
                        handled.add(connection.listener());
                    } catch (CancelledError e) {
                        handled.add(connection.listener() + " cancelled");
                        throw e;
                    }
                };
                TaskHandle<?> serving = group.spawn(() -> {
                    if (given) {
                        all.serve(handler, group);
                    } else {
                        all.serve(handler);
                    }
                });
                a.connect();
                b.connect();
                AnyIO.waitAllTasksBlocked();
                serving.cancel();
                serving.awaitEnd();
                assertEquals(given ? Set.of() : Set.of("a cancelled", "b cancelled"), handled);
                goOn.set();
                AnyIO.waitAllTasksBlocked();
                assertEquals(given ? Set.of("a", "b") : Set.of("a cancelled", "b cancelled"), handled);
            }
        }
    }

    @AnyioTest @Proves({"ML-06", "ML-07"})
    void closeClosesAllListenersWhateverOneOfThemThrows() {
        Fake a = new Fake("a");
        Fake b = new Fake("b");
        Fake c = new Fake("c");
        IOException first = new IOException("a");
        IOException second = new IOException("b");
        a.failsAtClose = first;
        b.failsAtClose = second;
        MultiListener<Connection> all = new MultiListener<>(List.of(a, b, c));
        IOException thrown = assertThrows(IOException.class, all::close);
        assertSame(first, thrown);
        assertEquals(List.of(second), List.of(thrown.getSuppressed()));
        assertEquals(List.of(1, 1, 1), List.of(a.closes, b.closes, c.closes));
    }

    @AnyioTest @Proves("ML-08")
    void serveEndsByCancellationOrWithTheFirstError(TaskGroup<?> group) throws IOException {
        Fake a = new Fake("a");
        Fake b = new Fake("b");
        MultiListener<Connection> all = new MultiListener<>(List.of(a, b));
        TaskHandle<?> cancelled = group.spawn(() -> all.serve(connection -> {}));
        AnyIO.waitAllTasksBlocked();
        cancelled.cancel();
        cancelled.awaitEnd();
        assertEquals(TaskHandle.Status.CANCELLED, cancelled.status());

        TaskHandle<IOException> failed = group
                .spawn(() -> assertThrows(IOException.class, () -> all.serve(connection -> AnyIO.sleepForever())));
        b.connect();
        AnyIO.waitAllTasksBlocked();
        a.incoming.sender().close();
        assertEquals("a has ended", failed.await().getMessage());

        IllegalStateException ofHandler = new IllegalStateException("handler");
        b.connect();
        MultiListener<Connection> rest = new MultiListener<>(List.of(b, new Fake("c")));
        assertSame(ofHandler, assertThrows(IllegalStateException.class, () -> rest.serve(connection -> {
            throw ofHandler;
        })));
        rest.close();
        all.close();
    }

    @AnyioTest @Proves("ML-09")
    void aCloseEndsServeWithOneErrorAndHidesNoOther(TaskGroup<?> group) throws IOException {
        Fake a = new Fake("a");
        Fake b = new Fake("b");
        MultiListener<Connection> all = new MultiListener<>(List.of(a, b));
        TaskHandle<ClosedResourceException> serving = group
                .spawn(() -> assertThrows(ClosedResourceException.class, () -> all.serve(connection -> {})));
        AnyIO.waitAllTasksBlocked();
        all.close();
        all.close();
        assertEquals("The listener a, b is closed", serving.await().getMessage());
        assertEquals("The listener a, b is closed",
                assertThrows(ClosedResourceException.class, () -> all.serve(connection -> {})).getMessage());

        Fake c = new Fake("c");
        MultiListener<Connection> failing = new MultiListener<>(List.of(c, new Fake("d")));
        IllegalStateException ofHandler = new IllegalStateException("handler");
        TaskHandle<IllegalStateException> failed = group
                .spawn(() -> assertThrows(IllegalStateException.class, () -> failing.serve(connection -> {
                    try {
                        AnyIO.sleepForever();
                    } catch (CancelledError _) {
                        throw ofHandler;
                    }
                }, o -> o.grace(Duration.ZERO))));
        c.connect();
        AnyIO.waitAllTasksBlocked();
        failing.close();
        assertSame(ofHandler, failed.await());
    }

    @AnyioTest
    void oneTaskServesAtATimeAndACancelledOneDoesNotBegin(TaskGroup<?> group) throws IOException {
        try (MultiListener<Connection> all = new MultiListener<>(List.of(new Fake("a"), new Fake("b")))) {
            TaskHandle<?> serving = group.spawn(() -> all.serve(connection -> {}));
            AnyIO.waitAllTasksBlocked();
            assertThrows(BusyResourceException.class, () -> all.serve(connection -> {}));
            var scope = AnyIO.openCancelScope();
            scope.cancel();
            scope.run(() -> assertThrows(CancelledError.class, () -> all.serve(connection -> {})));
            serving.cancel();
        }
    }
}
