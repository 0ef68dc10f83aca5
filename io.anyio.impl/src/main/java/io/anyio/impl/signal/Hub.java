package io.anyio.impl.signal;

import io.anyio.api.signal.Signal;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Who receives which signal. Signals belong to the process, so there is one hub, for all runs and bundles: a signal is
 * taken over for its first receiver and given back with its last one.
 */
final class Hub {
    /** The only one. It holds nothing while no receiver is open. */
    static final Hub OF_PROCESS = new Hub();

    /** By short name; guarded by this. */
    private final Map<String, SystemSignal> taken = new HashMap<>();

    private Hub() {}

    /** Delivers signals to an inbox: all of them, or none if one is refused. */
    synchronized void add(Consumer<Signal> inbox, Set<String> names) {
        boolean complete = false;
        try {
            for (String name : names) {
                receive(name, inbox);
            }
            complete = true;
        } finally {
            if (!complete) {
                remove(inbox);
            }
        }
    }

    private void receive(String name, Consumer<Signal> inbox) {
        SystemSignal known = taken.get(name);
        if (known == null) {
            known = SystemSignal.take(name);
            taken.put(name, known);
        }
        known.add(inbox);
    }

    /** Delivers no more to an inbox. Does nothing if it was not delivered to. */
    synchronized void remove(Consumer<Signal> inbox) {
        taken.values().removeIf(signal -> {
            boolean left = signal.remove(inbox);
            if (!left) {
                signal.giveBack();
            }
            return !left;
        });
    }
}
