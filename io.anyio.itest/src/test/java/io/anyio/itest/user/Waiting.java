package io.anyio.itest.user;

import io.anyio.api.AnyIO;
import io.anyio.api.task.EventLoop;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** Waits in its deactivation for its own task, which it has not told to end. */
@Component(name = "waiting", service = {})
public final class Waiting {
    private final CountDownLatch ended = new CountDownLatch(1);
    private final BiConsumer<String, Object> board;

    /** Spawns. */
    @Activate
    public Waiting(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        this.board = board;
        loop.spawn("sleeps", () -> {
            board.accept("waiting.started", true);
            try {
                AnyIO.sleepForever();
            } finally {
                ended.countDown();
            }
        });
    }

    @Deactivate
    void deactivate() throws InterruptedException {
        ended.await();
        board.accept("waiting.deactivated", true);
    }
}
