package io.anyio.impl.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.thread.TaskLocal;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.util.NoSuchElementException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class TaskLocalTest {
    private static final TaskLocal<String> USER = TaskLocal.of("user");
    private static final TaskLocal<Integer> DEPTH = TaskLocal.of("depth", 0);

    @AnyioTest
    void aLocalHasTheValueThatWasSet() {
        NoSuchElementException error = assertThrows(NoSuchElementException.class, USER::get);
        assertTrue(error.getMessage().contains("user"));
        assertEquals("nobody", USER.orElse("nobody"));
        assertEquals(0, DEPTH.get());
        assertEquals(0, DEPTH.orElse(9));
        assertFalse(USER.isSet());
        assertFalse(DEPTH.isSet());
        USER.set("ann");
        DEPTH.set(1);
        assertEquals("ann", USER.get());
        assertEquals("ann", USER.orElse("nobody"));
        assertEquals(1, DEPTH.get());
        assertTrue(USER.isSet());
        AnyIO.checkpoint();
        assertEquals("ann", USER.get());
        TaskLocal<String> empty = TaskLocal.of("empty");
        empty.set(null);
        assertTrue(empty.isSet());
        assertNull(empty.orElse("other"));
    }

    @AnyioTest
    void aBlockRestoresTheValueFromBefore() throws IOException {
        USER.run("ann", () -> {
            assertEquals("ann", USER.get());
            assertEquals("bob", USER.<String, IOException>call("bob", USER::get));
            assertEquals("ann", USER.get());
            DEPTH.set(5);
        });
        assertFalse(USER.isSet());
        assertEquals(5, DEPTH.get());
        assertThrows(IOException.class, () -> DEPTH.run(6, () -> {
            throw new IOException();
        }));
        assertEquals(5, DEPTH.get());
    }

    @AnyioTest
    void aChildStartsWithItsSpawnersValuesAndKeepsItsChanges(TaskGroup<Exception> group) {
        USER.set("ann");
        Event changed = AnyIO.createEvent();
        TaskHandle<String> child = group.spawn("child", () -> {
            String inherited = USER.get();
            changed.await();
            assertEquals("ann", USER.get());
            USER.set("child");
            TaskHandle<String> grandchild = group.spawn("grandchild", () -> USER.get());
            return inherited + " " + grandchild.await();
        });
        USER.set("bob");
        changed.set();
        assertEquals("ann child", child.await());
        assertEquals("bob", USER.get());
    }

    @AnyioTest @Proves("TH-20")
    void aWorkerSeesTheValuesAndItsChangesStayThere() {
        USER.set("ann");
        AnyIO.runInWorkerThread(() -> {
            assertEquals("ann", USER.get());
            USER.set("worker");
            DEPTH.run(1, () -> assertEquals(1, DEPTH.get()));
            assertEquals(0, DEPTH.get());
            String back = AnyIO.runFromThread(() -> {
                AnyIO.checkpoint();
                String seen = USER.get();
                USER.set("called back");
                return seen;
            });
            assertEquals("worker", back);
            assertEquals("worker", USER.get());
        });
        assertEquals("ann", USER.get());
        assertEquals("ann", AnyIO.<String, RuntimeException>runInWorkerThread(USER::get, o -> o.virtual(true)));
        AnyIO.runInWorkerThread(() -> assertEquals("ann", USER.get()));
    }

    @Test
    void anOrdinaryThreadBindsValuesForABlock() throws Exception {
        IllegalStateException error = assertThrows(IllegalStateException.class, () -> USER.set("ann"));
        assertTrue(error.getMessage().contains("TaskLocal.run"), error::getMessage);
        USER.run("ann", () -> {
            assertEquals("ann", USER.get());
            DEPTH.set(3);
            DEPTH.run(4, () -> assertEquals(4, DEPTH.get()));
            assertEquals(3, DEPTH.get());
            String inTask = AnyIO.call(() -> USER.get() + DEPTH.get());
            assertEquals("ann3", inTask);
            FutureTask<String> other = new FutureTask<>(() -> USER.orElse("none"));
            Thread.ofPlatform().start(other);
            assertEquals("none", other.get());
        });
        assertFalse(USER.isSet());
        assertFalse(DEPTH.isSet());
    }

    @AnyioTest @Proves("TG-52")
    void scopedValuesOfTheSpawnerAreNotCarriedAndTaskLocalsAre(TaskGroup<Exception> group) {
        ScopedValue<String> scoped = ScopedValue.newInstance();
        USER.run("ann", () -> ScopedValue.where(scoped, "bound").run(() -> {
            TaskHandle<String> child = group.spawn("child", () -> USER.get() + " " + scoped.isBound());
            assertEquals("ann false", child.await());
            assertEquals("ann false",
                    AnyIO.<String, RuntimeException>runInWorkerThread(() -> USER.get() + " " + scoped.isBound()));
            assertEquals("bound", scoped.get());
        }));
    }

    @AnyioTest
    void twoLocalsOfOneNameAreTwo() {
        TaskLocal<String> other = TaskLocal.of("user");
        USER.set("ann");
        assertFalse(other.isSet());
        other.set("bob");
        assertEquals("ann", USER.get());
        assertThrows(NullPointerException.class, () -> TaskLocal.of(null));
    }
}
