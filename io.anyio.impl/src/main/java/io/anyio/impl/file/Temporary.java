package io.anyio.impl.file;

import io.anyio.api.file.TemporaryPath;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.ScopeOptions;
import io.anyio.impl.thread.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A file or directory that is deleted when it is closed. */
final class Temporary implements TemporaryPath {
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
        TaskContext task = TaskContext.currentOrNull();
        if (task == null) {
            Tree.delete(path);
        } else {
            task.openCancelScope(ScopeOptions.DEFAULT.shield(true)).run(() -> Workers
                    .<@Nullable Void, IOException>callUninterrupted(this::delete, limiter, () -> {}));
        }
    }

    private @Nullable Void delete() throws IOException {
        Tree.delete(path);
        return null;
    }

    @Override
    public String toString() {
        return "TemporaryPath[" + path + (closed.get() ? ", closed]" : "]");
    }
}
