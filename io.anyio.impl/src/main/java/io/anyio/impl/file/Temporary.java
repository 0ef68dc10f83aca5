package io.anyio.impl.file;

import io.anyio.api.file.TemporaryPath;
import io.anyio.api.spi.Lasting;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.error.Report;
import io.anyio.api.sync.CapacityLimiter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** A file or directory that is deleted when it is closed. */
final class Temporary implements TemporaryPath {
    private static final Report LOG = new Report("io.anyio");

    private final Path path;
    private final Owner owner;
    private final CapacityLimiter limiter;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Lasting end = this::closeWithOwner;

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
        FileWork.surely(limiter, () -> Tree.delete(path), () -> owner.unregister(end));
    }

    /** Registers it with the owner, after it is complete; it is closed if the owner refuses it. */
    void belongToOwner() {
        owner.register(end);
    }

    /** Waits no longer than the rest of the grace; the thread that deletes continues. */
    private void closeWithOwner() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            if (!FileWork.within(owner, () -> Tree.delete(path))) {
                LOG.log(System.Logger.Level.WARNING, null, "The temporary path ", path, " of ", owner.holder().name(),
                        " could not be deleted within the grace, which goes on");
            }
        } finally {
            owner.unregister(end);
        }
    }

    @Override
    public String toString() {
        return "TemporaryPath[" + path + (closed.get() ? ", closed]" : "]");
    }
}
