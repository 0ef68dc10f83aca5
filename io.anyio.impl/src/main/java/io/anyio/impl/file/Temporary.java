package io.anyio.impl.file;

import io.anyio.api.file.TemporaryPath;
import io.anyio.api.spi.Lasting;
import io.anyio.api.spi.Owner;
import io.anyio.api.sync.CapacityLimiter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** A file or directory that is deleted when it is closed. */
final class Temporary implements TemporaryPath, Lasting {
    private final Path path;
    private final Owner owner;
    private final CapacityLimiter limiter;
    private final AtomicBoolean closed = new AtomicBoolean();

    Temporary(Path path, Owner owner, CapacityLimiter limiter) {
        this.path = path.toAbsolutePath();
        this.owner = owner;
        this.limiter = limiter;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        owner.unregister(this);
        FileWork.surely(limiter, () -> Tree.delete(path));
    }

    @Override
    public String toString() {
        return "TemporaryPath[" + path + (closed.get() ? ", closed]" : "]");
    }
}
