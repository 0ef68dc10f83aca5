package io.anyio.itest.user;

import io.anyio.api.task.EventLoop;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Has an event loop, and does nothing with it. */
@Component(name = "holding", service = {})
public final class Holding {
    /** Shows what it holds. */
    @Activate
    public Holding(@Reference EventLoop loop, @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        board.accept("holding.loop", loop);
    }
}
