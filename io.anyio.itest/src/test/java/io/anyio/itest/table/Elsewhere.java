package io.anyio.itest.table;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.Block;
import org.jspecify.annotations.Nullable;

/** Calls from where the table's own loop is not. */
final class Elsewhere {
    private Elsewhere() {}

    /** What a task of another loop gets. */
    static @Nullable Throwable inAnotherLoop(String backend, Block<Exception> call) {
        return onThread(() -> AnyIO.run(call, o -> o.backend(backend).name("elsewhere")));
    }

    /** What an ordinary thread gets. */
    static @Nullable Throwable onThread(Block<Exception> call) {
        Event done = AnyIO.createEvent();
        Throwable[] thrown = new Throwable[1];
        Thread.ofPlatform().daemon().name("elsewhere").start(() -> {
            try {
                call.run();
            } catch (Throwable e) {
                thrown[0] = e;
            } finally {
                done.set();
            }
        });
        done.await();
        return thrown[0];
    }
}
