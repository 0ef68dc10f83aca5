package io.anyio.impl.sync;

import io.anyio.api.spi.Options;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.CapacityLimiterOptions;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.ResourceGuard;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.sync.SemaphoreOptions;
import io.anyio.api.sync.Synchronization;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Makes the primitives; has no state. */
public class Primitives implements Synchronization {
    /** Makes the service; it starts nothing. */
    public Primitives() {}

    @Override
    public Event createEvent() {
        return new OneTimeEvent();
    }

    @Override
    public Lock createLock() {
        return new FairLock();
    }

    @Override
    public Condition createCondition() {
        return new LockCondition(new FairLock());
    }

    @Override
    public Condition createCondition(Lock lock) {
        if (Objects.requireNonNull(lock, "The lock of a condition is null") instanceof FairLock own) {
            return new LockCondition(own);
        }
        throw new IllegalArgumentException(
                "A condition cannot use the lock " + lock + " of " + lock.getClass()
                        + ": make the lock with Synchronization.createLock");
    }

    @Override
    public Semaphore createSemaphore(int initialValue, UnaryOperator<SemaphoreOptions> options) {
        return new FairSemaphore(initialValue,
                Options.chosen("Synchronization.createSemaphore", SemaphoreOptions.DEFAULT, options).maxValue());
    }

    @Override
    public CapacityLimiter createCapacityLimiter(int totalTokens, UnaryOperator<CapacityLimiterOptions> options) {
        return new TokenLimiter(totalTokens,
                Options.chosen("Synchronization.createCapacityLimiter", CapacityLimiterOptions.DEFAULT, options)
                        .name());
    }

    @Override
    public ResourceGuard createResourceGuard(String action) {
        return new UseGuard(Objects.requireNonNull(action, "The action of a resource guard is null"));
    }
}
