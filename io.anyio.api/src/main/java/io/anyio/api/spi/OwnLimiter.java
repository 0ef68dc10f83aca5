package io.anyio.api.spi;

import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Synchronization;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A capacity limiter of our own for calls in worker threads, made when it is first needed. With it, many such calls at
 * once do not keep the user's calls waiting, nor the user's them.
 *
 * <p>It is made under no lock: the runtime may have to make its service first, which is other code than ours.
 */
public final class OwnLimiter {
    private final int totalTokens;
    private final AtomicReference<@Nullable CapacityLimiter> limiter = new AtomicReference<>();

    /**
     * Makes nothing yet.
     *
     * @param totalTokens how many tokens the limiter has
     */
    public OwnLimiter(int totalTokens) {
        this.totalTokens = totalTokens;
    }

    /**
     * The limiter. Of several threads that need it first, all get that of one of them.
     *
     * @param runtime makes it if there is none
     * @return the limiter, always the same
     */
    public CapacityLimiter of(AnyioRuntime runtime) {
        CapacityLimiter known = limiter.get();
        if (known != null) {
            return known;
        }
        CapacityLimiter made = runtime.require(Synchronization.class).createCapacityLimiter(totalTokens);
        CapacityLimiter first = limiter.compareAndExchange(null, made);
        return first == null ? made : first;
    }
}
