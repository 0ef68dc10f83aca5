package io.anyio.impl.carry;

import io.anyio.api.spi.error.Report;
import io.anyio.api.task.ContextCarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A carrier that never throws: what the user's code throws is logged once, and harms no task. */
final class Carrier {
    private final ContextCarrier code;
    private final String owner;
    private final AtomicBoolean told = new AtomicBoolean();

    Carrier(ContextCarrier code, String owner) {
        this.code = code;
        this.owner = owner;
    }

    @Nullable
    Object capture() {
        try {
            return code.capture();
        } catch (Throwable e) {
            tell(e, "capture");
            return null;
        }
    }

    /** Returns what undoes it, or null if nothing has to be undone. */
    @Nullable
    Runnable restore(Object value) {
        try {
            return code.restore(value);
        } catch (Throwable e) {
            tell(e, "restore");
            return null;
        }
    }

    void undo(Runnable undo) {
        try {
            undo.run();
        } catch (Throwable e) {
            tell(e, "leave a thread as it was");
        }
    }

    private void tell(Throwable error, String what) {
        if (told.compareAndSet(false, true)) {
            new Report(owner).log(System.Logger.Level.WARNING, error, "The context carrier ", code.getClass().getName(),
                    " of ", owner, " failed to ", what,
                    ", so that a task runs without its values. This is said once for each carrier");
        }
    }
}
