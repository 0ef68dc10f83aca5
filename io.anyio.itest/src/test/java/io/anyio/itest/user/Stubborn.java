package io.anyio.itest.user;

import io.anyio.api.AnyIO;
import io.anyio.api.task.EventLoop;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** Four owners whose tasks all refuse to end: they are shielded for longer than any grace. */
@Component(name = "stubborn", service = {})
public final class Stubborn {
    /** Spawns on each of four loops' services. */
    @Activate
    public Stubborn(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop a,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop b,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop c,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop d,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        CountDownLatch release = new CountDownLatch(1);
        board.accept("stubborn.release", (Runnable) release::countDown);
        EventLoop[] loops = {a, b, c, d};
        for (int i = 0; i < loops.length; i++) {
            String name = "stubborn " + i;
            loops[i].spawn(name, () -> {
                board.accept(name, Thread.currentThread());
                AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
                    while (release.getCount() > 0) {
                        AnyIO.sleep(Duration.ofMillis(10));
                    }
                });
                board.accept(name + " ended", true);
            });
        }
    }
}
