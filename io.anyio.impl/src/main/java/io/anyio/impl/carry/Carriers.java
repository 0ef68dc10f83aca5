package io.anyio.impl.carry;

import io.anyio.api.task.Body;
import io.anyio.api.task.ContextCarrier;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The carriers of a runtime or of one of its loops. Each spawn asks them; without a carrier that costs one read of a
 * volatile field. A change is a new array, so a spawn sees all of it or nothing ({@code CarriersTest}).
 */
public final class Carriers {
    private static final Carrier[] NONE = {};

    /** Those of the runtime, around those of a loop. */
    private final @Nullable Carriers outer;

    private volatile Carrier[] all = NONE;

    /** Makes those of a runtime, without a carrier. */
    public Carriers() {
        this.outer = null;
    }

    private Carriers(Carriers outer, Carrier[] all) {
        this.outer = outer;
        this.all = all;
    }

    /**
     * These, with others for one loop.
     *
     * @param more carriers
     * @return these, if there are no others
     */
    public Carriers and(List<ContextCarrier> more) {
        return more.isEmpty()
                ? this
                : new Carriers(this, more.stream().map(one -> new Carrier(one, "io.anyio")).toArray(Carrier[]::new));
    }

    /**
     * Adds a carrier for all tasks that are spawned from now on. From any thread.
     *
     * @param carrier the carrier
     * @param owner the name of the logger for what it throws
     * @return removes it; tasks that have begun to run leave their thread as it was, all the same
     */
    public Runnable add(ContextCarrier carrier, String owner) {
        Carrier added = new Carrier(carrier, owner);
        synchronized (this) {
            Carrier[] changed = Arrays.copyOf(all, all.length + 1);
            changed[changed.length - 1] = added;
            all = changed;
        }
        return () -> remove(added);
    }

    private synchronized void remove(Carrier removed) {
        all = Arrays.stream(all).filter(one -> one != removed).toArray(Carrier[]::new);
    }

    /**
     * Takes the values of the current thread, for code that another thread is to run. Calls user code: not under a
     * lock. Never throws for what that throws.
     *
     * @param <T> the type of the code's value
     * @param body the code
     * @return the code with the values around it, or the code itself if there are none
     */
    public <T extends @Nullable Object> Body<T, ?> around(Body<T, ?> body) {
        Carrier[] now = all;
        Body<T, ?> inner = now.length == 0 ? body : capture(now, body);
        return outer == null ? inner : outer.around(inner);
    }

    private static <T extends @Nullable Object> Body<T, ?> capture(Carrier[] now, Body<T, ?> body) {
        @Nullable
        Object[] values = new @Nullable Object[now.length];
        boolean any = false;
        for (int i = 0; i < now.length; i++) {
            values[i] = now[i].capture();
            any |= values[i] != null;
        }
        return any ? new Carried<>(body, now, values) : body;
    }
}
