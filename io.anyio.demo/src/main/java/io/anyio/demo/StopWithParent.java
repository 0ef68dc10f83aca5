package io.anyio.demo;

import java.time.Duration;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Ends the JVM when the process that started it has gone, if the system property {@code demo.stop.with.parent} is true:
 * Maven ends without a word to what it runs, even on a signal.
 */
@Component(service = {})
public final class StopWithParent {
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final Optional<Long> parent = parent();
    private final Thread watch = Thread.ofPlatform().daemon().name("watch the parent process").unstarted(this::watch);

    /** Watches from now on. */
    @Activate
    public StopWithParent() {
        if (Boolean.getBoolean("demo.stop.with.parent")) watch.start();
    }

    private void watch() {
        try {
            while (parent().equals(parent)) Thread.sleep(LOOK_EVERY);
        } catch (InterruptedException e) {
            return;
        }
        System.exit(0);
    }

    private static Optional<Long> parent() {
        return ProcessHandle.current().parent().map(ProcessHandle::pid);
    }

    @Deactivate
    void forget() {
        watch.interrupt();
    }
}
