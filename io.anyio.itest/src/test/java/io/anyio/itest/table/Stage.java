package io.anyio.itest.table;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Where one row is tried in one column: a group for helping tasks, and what is closed in the end. */
final class Stage {
    final TaskGroup<Exception> group;
    final String backend;
    final SSLContext tls;
    private final Deque<AsyncResource> resources = new ArrayDeque<>();

    Stage(TaskGroup<Exception> group, String backend, SSLContext tls) {
        this.group = group;
        this.backend = backend;
        this.tls = tls;
    }

    <R extends AsyncResource> R closing(R resource) {
        resources.push(resource);
        return resource;
    }

    void closeAll() {
        AnyIO.openCancelScope(o -> o.shield(true)).run(() -> {
            for (AsyncResource resource : resources) {
                try {
                    AnyIO.closeForcefully(resource);
                } catch (IOException | IllegalStateException _) {
                    // broken, which was the point
                }
            }
        });
    }

    /** A task whose errors are nobody's business. */
    void help(String name, Block<Exception> block) {
        group.spawn(name, () -> {
            try {
                block.run();
            } catch (IOException | IllegalStateException _) {
                // the row has closed or broken what it uses
            }
        });
    }

    /** A task that does it, and remembers how it ended. */
    Doing doing(Block<Exception> block) {
        Doing doing = new Doing(block);
        doing.task = group.spawn("does it", doing::run);
        AnyIO.waitAllTasksBlocked();
        return doing;
    }

    /** A task that does something in a scope of its own and meets a checkpoint then. */
    static final class Doing {
        final CancelScope scope = AnyIO.openCancelScope();
        private final Block<Exception> block;
        private TaskHandle<?> task;
        boolean returned;
        boolean wentOn;
        @Nullable
        Throwable thrown;

        private Doing(Block<Exception> block) {
            this.block = block;
        }

        private void run() {
            try {
                scope.run(() -> {
                    block.run();
                    returned = true;
                    AnyIO.checkpoint();
                    wentOn = true;
                });
            } catch (Exception e) {
                thrown = e;
            }
        }

        boolean ended() {
            return task.status() != TaskHandle.Status.PENDING && task.status() != TaskHandle.Status.CANCELLING;
        }

        void await() {
            task.awaitEnd();
        }
    }
}
