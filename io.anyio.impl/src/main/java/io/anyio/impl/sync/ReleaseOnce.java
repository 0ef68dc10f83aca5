package io.anyio.impl.sync;

import io.anyio.api.sync.Held;

/** What is held; closing it releases once. */
final class ReleaseOnce implements Held {
    private final Runnable release;
    private boolean closed;

    ReleaseOnce(Runnable release) {
        this.release = release;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release.run();
        }
    }
}
