package io.anyio.itest.user;

import io.anyio.api.task.EventLoop;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** One of its tasks fails; the other goes on. */
@Component(name = "failing", service = {})
public final class Failing {
    /** Spawns. */
    @Activate
    public Failing(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        loop.spawn("fails", () -> {
            throw new IllegalStateException("on purpose");
        });
        loop.spawn("goes on", () -> {
            board.accept("sibling.ran", true);
        });
    }
}
