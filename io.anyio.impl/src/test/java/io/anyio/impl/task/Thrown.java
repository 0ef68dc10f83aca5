package io.anyio.impl.task;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.TaskHandle;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Errors that no scope around has asked for, though many have something of a cancellation: each is the error that it
 * is. Made by a task.
 */
enum Thrown {
    TIMED_OUT {
        @Override
        Throwable make() {
            return caught(() -> AnyIO.failAfter(Duration.ZERO, AnyIO::sleepForever));
        }
    },
    WRAPPED_TIMED_OUT {
        @Override
        Throwable make() {
            return new IllegalStateException("request failed", new IOException(TIMED_OUT.make()));
        }
    },
    STRAY {
        @Override
        Throwable make() {
            return left();
        }
    },
    WRAPPED_STRAY {
        @Override
        Throwable make() {
            return new IOException("flight failed", new ExecutionException(left()));
        }
    },
    MADE_BY_HAND {
        @Override
        Throwable make() {
            return new CancelledError(null, "nobody asked for it");
        }
    },
    TASK_FAILED {
        @Override
        Throwable make() {
            TaskHandle<?>[] failed = {null};
            caught(() -> AnyIO.createTaskGroup().run(group -> failed[0] = group.spawn(() -> {
                throw new ArithmeticException("elsewhere");
            })));
            return caught(failed[0]::result);
        }
    },
    TASK_CANCELLED {
        @Override
        Throwable make() {
            TaskHandle<?>[] cancelled = {null};
            AnyIO.createTaskGroup().run(group -> {
                cancelled[0] = group.spawn(AnyIO::sleepForever);
                cancelled[0].cancel("alone");
            });
            return caught(cancelled[0]::result);
        }
    },
    GROUP_WITHOUT_VALUE {
        @Override
        Throwable make() {
            return caught(() -> AnyIO.createTaskGroup().call(group -> {
                group.cancel();
                AnyIO.checkpoint();
                return "";
            }));
        }
    },
    BROKEN {
        @Override
        Throwable make() {
            return new BrokenResourceException("reset", new IOException(left()));
        }
    },
    CLOSED {
        @Override
        Throwable make() {
            return new ClosedResourceException("The stream");
        }
    },
    GROUP {
        @Override
        Throwable make() {
            return new ExceptionGroup(List.of(new IOException("one"), new ArithmeticException("two")));
        }
    },
    GROUP_OF_TIMED_OUT {
        @Override
        Throwable make() {
            return new ExceptionGroup(List.of(TIMED_OUT.make(), WRAPPED_STRAY.make()));
        }
    },
    CANCELLATION_OF_A_FUTURE {
        @Override
        Throwable make() {
            CancellationException error = new CancellationException("the future was cancelled");
            error.initCause(left());
            return error;
        }
    },
    COMPLETION {
        @Override
        Throwable make() {
            return new CompletionException("stage",
                    new UndeclaredThrowableException(new InvocationTargetException(left())));
        }
    },
    ERROR {
        @Override
        Throwable make() {
            return new AssertionError("error", left());
        }
    };

    abstract Throwable make();

    /** A cancellation that its scope has swallowed, as code that has kept the error throws it again. */
    static CancelledError left() {
        CancelledError[] kept = new CancelledError[1];
        AnyIO.openCancelScope(options -> options.name("left")).run(() -> AnyIO.moveOnAfter(Duration.ZERO, () -> {
            try {
                AnyIO.sleepForever();
            } catch (CancelledError e) {
                kept[0] = e;
                throw e;
            }
        }));
        return kept[0];
    }

    boolean isCancelledError() {
        return this == STRAY || this == MADE_BY_HAND;
    }

    boolean isError() {
        return isCancelledError() || this == ERROR;
    }

    /** Code that may throw anything. */
    interface Code {
        void run() throws Throwable;
    }

    /** What code throws. */
    static @Nullable Throwable caughtOrNull(Code code) {
        try {
            code.run();
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    static Throwable caught(Code code) {
        Throwable error = caughtOrNull(code);
        if (error == null) {
            throw new AssertionError("nothing was thrown");
        }
        return error;
    }
}
