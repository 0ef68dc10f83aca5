package io.anyio.impl.signal;

import io.anyio.api.signal.Signal;
import io.anyio.api.spi.error.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A signal that is taken over from its previous handler, and the inboxes to which it is delivered. */
final class SystemSignal {
    private static final Report LOG = new Report(SystemSignal.class.getName());

    private final JdkSignals jdk;
    private final Object system;
    private final Signal signal;
    private @Nullable Object handler;
    private @Nullable Object before;

    /** Replaced as a whole; read by the JVM's threads that deliver signals. */
    private volatile List<Consumer<Signal>> inboxes = List.of();

    private SystemSignal(JdkSignals jdk, Object system, Signal signal) {
        this.jdk = jdk;
        this.system = system;
        this.signal = signal;
    }

    /**
     * Finds a signal, to be taken over.
     *
     * @param name its name, without prefix
     * @return the signal
     */
    static SystemSignal named(String name) {
        JdkSignals jdk = JdkSignals.find();
        Object system;
        try {
            system = jdk.named(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("This system has no signal '" + name
                    + "': give a name such as TERM, HUP or USR1, as kill -l lists them", e);
        }
        return new SystemSignal(jdk, system, new Signal(name, jdk.numberOf(system)));
    }

    /** Takes it over. */
    void take() {
        try {
            Object made = jdk.handler(this::deliver);
            handler = made;
            before = jdk.replace(system, made);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The signal " + signal.name()
                    + " cannot be received, because the JVM or the operating system keeps it for itself: choose"
                    + " another one, such as TERM, HUP or USR1", e);
        }
    }

    /** Restores the previous handling, unless other code has replaced ours: then that stays. */
    void giveBack() {
        Object previous = before;
        if (previous != null) {
            Object replaced = jdk.replace(system, previous);
            if (replaced != handler) {
                jdk.replace(system, replaced);
            }
        }
    }

    void add(Consumer<Signal> inbox) {
        List<Consumer<Signal>> more = new ArrayList<>(inboxes);
        more.add(inbox);
        inboxes = more;
    }

    /** Removes an inbox; returns whether any is left. */
    boolean remove(Consumer<Signal> inbox) {
        List<Consumer<Signal>> fewer = new ArrayList<>(inboxes);
        fewer.remove(inbox);
        inboxes = fewer;
        return !fewer.isEmpty();
    }

    /** Delivers the signal. If one inbox throws, for lack of memory, the others still get the signal. */
    private void deliver() {
        List<Consumer<Signal>> all = inboxes;
        for (int i = 0; i < all.size(); i++) {
            try {
                all.get(i).accept(signal);
            } catch (Throwable e) {
                LOG.log(System.Logger.Level.ERROR, e, "The signal ", signal.name(), " was lost for a receiver");
            }
        }
    }
}
