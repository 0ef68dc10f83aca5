package io.anyio.itest.user;

import io.anyio.api.AnyIO;
import io.anyio.api.task.EventLoop;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Two components of this kind in a bundle share one instance of the loop service: its tasks outlive the deactivation of
 * one of them.
 */
public final class BundleBound {
    private BundleBound() {}

    private static void spawn(String name, EventLoop loop, BiConsumer<String, Object> board) {
        loop.spawn(name, () -> {
            board.accept(name + ".started", true);
            try {
                AnyIO.sleepForever();
            } finally {
                board.accept(name + ".ended", true);
            }
        });
    }

    /** The first one. */
    @Component(name = "bundle.bound.one", service = {})
    public static final class One {
        /** Spawns. */
        @Activate
        public One(@Reference EventLoop loop, @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
            board.accept("one.loop", loop);
            spawn("one", loop, board);
        }
    }

    /** The second one. */
    @Component(name = "bundle.bound.two", service = {})
    public static final class Two {
        /** Spawns. */
        @Activate
        public Two(@Reference EventLoop loop, @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
            board.accept("two.loop", loop);
            spawn("two", loop, board);
        }
    }
}
