package io.anyio.itest.user;

import io.anyio.api.AnyIO;
import io.anyio.api.task.EventLoop;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** Its task ends with the component. */
@Component(name = "component.bound", service = {})
public final class ComponentBound {
    private final BiConsumer<String, Object> board;

    /** Spawns, as the constructor's last statement. */
    @Activate
    public ComponentBound(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        this.board = board;
        board.accept("component.loop", loop);
        loop.spawn("component task", () -> {
            board.accept("component.thread", Thread.currentThread());
            board.accept("component.loader", Thread.currentThread().getContextClassLoader());
            board.accept("component.backend", loop.backend());
            board.accept("component.carrier", Thread.currentThread().toString());
            try {
                AnyIO.sleepForever();
            } finally {
                board.accept("component.ended", "task");
            }
        });
    }

    @Deactivate
    void deactivate() {
        board.accept("component.deactivated", true);
    }
}
