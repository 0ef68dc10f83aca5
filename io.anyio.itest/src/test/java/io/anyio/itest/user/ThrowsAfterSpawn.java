package io.anyio.itest.user;

import io.anyio.api.AnyIO;
import io.anyio.api.task.EventLoop;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** Its constructor spawns and fails: the task goes on until the bundle stops. */
@Component(name = "throws.after.spawn", service = {})
public final class ThrowsAfterSpawn {
    /** Fails. */
    @Activate
    public ThrowsAfterSpawn(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        loop.spawn("orphan", () -> {
            board.accept("orphan.started", true);
            try {
                AnyIO.sleepForever();
            } finally {
                board.accept("orphan.ended", true);
            }
        });
        throw new IllegalStateException("this component always fails");
    }
}
