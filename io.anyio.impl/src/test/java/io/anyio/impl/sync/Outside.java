package io.anyio.impl.sync;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.Event;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import java.time.Duration;
import org.junit.jupiter.api.function.Executable;

/** What tests do from elsewhere: in a cancelled scope, on a thread that is no task, in a second loop. */
final class Outside {
    private final Event ended = AnyIO.createEvent();
    private final Block<?> block;
    private volatile Throwable thrown;

    private Outside(Block<?> block) {
        this.block = block;
    }

    /** Asserts that a block throws {@link CancelledError} in a scope that is cancelled. */
    static void assertCancelled(Executable block) {
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel("test");
        scope.run(() -> {
            assertThrows(CancelledError.class, block);
        });
    }

    /** Runs a block on a platform thread and waits, without a checkpoint, until it has ended. */
    static void thread(Block<?> block) throws Exception {
        Outside outside = new Outside(block);
        outside.start().join();
        outside.rethrow();
    }

    /** Runs a block on a platform thread. */
    static Outside onThread(Block<?> block) {
        Outside outside = new Outside(block);
        outside.start();
        return outside;
    }

    /** Runs a block as the first task of a loop of its own, of the same backend as the caller's. */
    static Outside otherLoop(Block<?> block) {
        return otherLoop(TaskContext.current("test").backend(), block);
    }

    static Outside otherLoop(String backend, Block<?> block) {
        return onThread(() -> AnyIO.run(block, options -> options.backend(backend)));
    }

    private Thread start() {
        return Thread.ofPlatform().daemon().name("outside").start(() -> {
            try {
                block.run();
            } catch (Throwable e) {
                thrown = e;
            } finally {
                ended.set();
            }
        });
    }

    /** Waits in the current task until the other loop or thread has ended. */
    void await() throws Exception {
        AnyIO.failAfter(Duration.ofSeconds(15), () -> ended.await());
        rethrow();
    }

    private void rethrow() throws Exception {
        switch (thrown) {
            case null -> {
            }
            case Exception e -> throw e;
            case Throwable e -> throw new AssertionError(e);
        }
    }
}
