package io.anyio.impl.carry;

import io.anyio.api.spi.error.Report;
import io.anyio.api.task.ContextCarrier;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A carrier that never throws: what the user's code throws is logged once, in however many loops it is, and harms no
 * task.
 */
final class Carrier {
    /** The carriers that have been reported; weak, because they belong to others. */
    private static final List<WeakReference<ContextCarrier>> REPORTED = new ArrayList<>();

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
        if (told.compareAndSet(false, true) && isFirstOf(code)) {
            new Report(owner).log(System.Logger.Level.WARNING, error, "The context carrier ", code.getClass().getName(),
                    " of ", owner, " failed to ", what,
                    ", so that a task runs without its values. This is said once for each carrier");
        }
    }

    private static boolean isFirstOf(ContextCarrier code) {
        synchronized (REPORTED) {
            Iterator<WeakReference<ContextCarrier>> all = REPORTED.iterator();
            while (all.hasNext()) {
                WeakReference<ContextCarrier> reported = all.next();
                if (reported.refersTo(code)) {
                    return false;
                }
                if (reported.refersTo(null)) {
                    all.remove();
                }
            }
            return REPORTED.add(new WeakReference<>(code));
        }
    }
}
