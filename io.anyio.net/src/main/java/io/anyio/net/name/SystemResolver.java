package io.anyio.net.name;

import io.anyio.api.spi.AnyioRuntime;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.thread.Threads;
import io.anyio.api.thread.WorkerOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The resolver of the operating system, as the JDK asks it: it blocks, and cannot be interrupted.
 *
 * <p>A task leaves that to a worker thread. If it is cancelled, it goes on at once, and the late answer is dropped. Lookups have a limiter of their own, so that a name server that does not answer
 * keeps no other work waiting.
 */
public final class SystemResolver implements NameLookup.Resolver {
    private static final int LOOKUPS_AT_A_TIME = 20;

    private final Lookup lookup;
    private @Nullable CapacityLimiter limiter;

    /** Asks the operating system, and blocks. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] addressesOf(String name) throws UnknownHostException;
    }

    /** Makes the resolver. */
    public SystemResolver() {
        this(InetAddress::getAllByName);
    }

    SystemResolver(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public List<InetAddress> addressesOf(String name) throws UnknownHostException {
        TaskContext task = TaskContext.currentOrNull();
        Threads threads = task == null ? null : task.runtime().service(Threads.class);
        if (task == null || threads == null) {
            return List.of(lookup.addressesOf(name));
        }
        WorkerOptions options = WorkerOptions.DEFAULT.cancellable(true).name("lookup of " + name);
        CapacityLimiter own = limiter(task.runtime());
        return threads.runInWorkerThread(() -> List.of(lookup.addressesOf(name)), own == null ? options : options.limiter(own));
    }

    private synchronized @Nullable CapacityLimiter limiter(AnyioRuntime runtime) {
        if (limiter == null) {
            Synchronization synchronization = runtime.service(Synchronization.class);
            limiter = synchronization == null ? null : synchronization.createCapacityLimiter(LOOKUPS_AT_A_TIME);
        }
        return limiter;
    }
}
