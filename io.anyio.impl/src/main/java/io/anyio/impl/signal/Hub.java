package io.anyio.impl.signal;

import io.anyio.api.signal.Signal;
import io.anyio.api.spi.error.Sneaky;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Distributes signals to receivers. Signals belong to the process, so there is one hub for all runs and bundles. A
 * signal is taken over for its first receiver, and its previous handling is restored after its last one.
 */
final class Hub {
    /** The only hub. It is empty while no receiver is open. */
    static final Hub OF_PROCESS = new Hub();

    /** By short name; guarded by this. */
    private final Map<String, SystemSignal> taken = new HashMap<>();

    private Hub() {}

    /** Delivers signals to an inbox: all of them, or none if one is refused. */
    synchronized void add(Consumer<Signal> inbox, Set<String> names) {
        try {
            for (String name : names) {
                receive(name, inbox);
            }
        } catch (Throwable refused) {
            try {
                remove(inbox);
            } catch (Throwable e) {
                refused.addSuppressed(e);
            }
            throw refused;
        }
    }

    private void receive(String name, Consumer<Signal> inbox) {
        SystemSignal known = taken.get(name);
        if (known == null) {
            known = SystemSignal.named(name);
            // first: if memory ended afterwards, nobody would give it back
            taken.put(name, known);
            known.take();
        }
        known.add(inbox);
    }

    /**
     * Delivers no more to an inbox; no effect on an unknown one. If the previous handling of a signal cannot be
     * restored, the signal stays taken over, and this is tried again when the next receiver is closed.
     */
    synchronized void remove(Consumer<Signal> inbox) {
        Throwable failure = null;
        Iterator<SystemSignal> all = taken.values().iterator();
        while (all.hasNext()) {
            SystemSignal signal = all.next();
            try {
                if (!signal.remove(inbox)) {
                    signal.giveBack();
                    all.remove();
                }
            } catch (Throwable e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw Sneaky.<RuntimeException>asThrown(failure);
        }
    }
}
