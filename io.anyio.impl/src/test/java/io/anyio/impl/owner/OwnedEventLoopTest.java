package io.anyio.impl.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Lasting;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.task.EventLoop;
import io.anyio.api.task.NoEventLoopException;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.loop.Backends;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The service {@code EventLoop} of a bundle, and the owners of plain Java, which are the current run's. */
class OwnedEventLoopTest {
    private static final Holder HOLDER = new Holder(17, "user.bundle", null, () -> false);

    private static <T> T value(TaskHandle<T> task) {
        while (task.status() == TaskHandle.Status.PENDING) {
            Thread.onSpinWait();
        }
        return task.result();
    }

    @Test
    void itStartsTasksByNameAndByTheirCode() {
        HolderOwners owners = new HolderOwners(new LoopRuntime(), Duration.ofSeconds(20));
        EventLoop loop = new OwnedEventLoop(owners.open("EventLoop", HOLDER));
        List<Integer> ran = new ArrayList<>();
        List<TaskHandle<?>> tasks = List.of(loop.spawn(() -> {
            ran.add(1);
        }), loop.spawn("named block", () -> {
            ran.add(2);
        }));
        assertEquals(3, value(loop.spawn(() -> 3)));
        TaskHandle<Integer> named = loop.spawn("named body", () -> 4);
        assertEquals(4, value(named));
        tasks.forEach(OwnedEventLoopTest::value);
        assertEquals(List.of(1, 2), ran);
        assertTrue(tasks.get(0).name().contains("OwnedEventLoopTest"), tasks.get(0).name());
        assertEquals("named block", tasks.get(1).name());
        assertEquals("named body", named.name());
        loop.run(() -> ran.add(5));
        assertEquals(5, ran.getLast());
        assertEquals(6, loop.call(() -> 6));
        assertEquals(Backends.defaultBackend(), loop.backend());
        assertEquals(Backends.reason(), loop.backendReason());
        owners.close();
    }

    /** The end of the run ends what lasts. */
    private record Resource(List<String> closed) implements Lasting {
        @Override
        public void close() {
            closed.add("closed");
        }
    }

    @AnyioTest @Proves("OW-09")
    void inPlainJavaEverythingBelongsToTheRun() throws Exception {
        Owner owner = AnyIO.service(Owners.class).open("service", HOLDER);
        assertSame(HOLDER, owner.holder());
        TaskHandle<Integer> task = owner.spawn("named", () -> 1);
        assertEquals("named", task.name());
        assertEquals(1, task.await());
        assertTrue(owner.spawn(null, () -> 1).name().contains("OwnedEventLoopTest"));
        assertNotNull(owner.reactor());
        assertNotNull(owner.watch());
        assertEquals(Stop.USUAL_GRACE, owner.graceLeft());
        assertFalse(owner.isStopping());
        owner.close();
        owner.checkOpen();
        String message = assertThrows(NoEventLoopException.class, () -> owner.call(() -> 1)).getMessage();
        assertTrue(message.startsWith("service has no loop"), message);
        List<String> closed = new ArrayList<>();
        List<String> forgotten = new ArrayList<>();
        AnyIO.runInWorkerThread(() -> AnyIO.run(() -> {
            Owner inner = AnyIO.service(Owners.class).open("service", HOLDER);
            inner.register(new Resource(closed));
            Resource early = new Resource(forgotten);
            inner.register(early);
            inner.unregister(early);
            inner.unregister(early);
            inner.register(() -> forgotten.add("a stream is the loop's"));
        }));
        assertEquals(List.of("closed"), closed);
        assertEquals(List.of(), forgotten);
    }
}
