package io.anyio.impl.sync;

import io.anyio.api.sync.BusyResourceException;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.ResourceGuard;
import java.util.concurrent.atomic.AtomicBoolean;

/** A resource guard: refuses a use while there is another one. */
final class UseGuard implements ResourceGuard {
    private final AtomicBoolean inUse = new AtomicBoolean();
    private final String action;

    UseGuard(String action) {
        this.action = action;
    }

    @Override
    public Held use() {
        ReleaseOnce hold = new ReleaseOnce(() -> inUse.set(false));
        if (!inUse.compareAndSet(false, true)) {
            throw new BusyResourceException(action);
        }
        return hold;
    }
}
