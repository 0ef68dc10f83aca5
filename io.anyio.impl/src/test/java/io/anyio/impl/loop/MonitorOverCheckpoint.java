package io.anyio.impl.loop;

import io.anyio.api.AnyIO;
import java.time.Duration;

/**
 * Run by {@link WatchdogTest} in a JVM of its own, because this deadlocks on {@code pool}: a monitor is held over a
 * checkpoint.
 */
final class MonitorOverCheckpoint {
    private static final Object MONITOR = new Object();

    private MonitorOverCheckpoint() {}

    public static void main(String[] args) {
        AnyIO.run(() -> AnyIO.createTaskGroup().run(group -> {
            group.spawn("holds the monitor", () -> {
                synchronized (MONITOR) {
                    AnyIO.sleep(Duration.ofMillis(50));
                }
            });
            group.spawn("wants the monitor", MonitorOverCheckpoint::enter);
        }), o -> o.backend(args[0]).stallAfter(Duration.ofMillis(200)));
        System.out.println("ended");
    }

    private static void enter() {
        synchronized (MONITOR) {
            AnyIO.checkpoint();
        }
    }
}
