package io.anyio.itest.owner;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/** Where user bundles tell what happens to them, and a test waits for it. */
public final class Board extends ConcurrentHashMap<String, Object>
        implements BiConsumer<String, Object>, AutoCloseable {
    private static final long serialVersionUID = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final transient ServiceRegistration<?> registration;

    /** Registers itself. */
    public Board(BundleContext context) {
        registration = context.registerService(BiConsumer.class, this,
                FrameworkUtil.asDictionary(Map.of("board", true)));
    }

    @Override
    public void accept(String key, Object value) {
        put(key, value);
        synchronized (this) {
            notifyAll();
        }
    }

    /** Waits for an entry. */
    public synchronized Object await(String key) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!containsKey(key)) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("Nobody told '" + key + "' within " + PATIENCE + ", only " + this);
            }
            wait(left);
        }
        return get(key);
    }

    @Override
    public void close() {
        registration.unregister();
    }
}
