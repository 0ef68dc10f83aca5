package io.anyio.impl.task;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The interruptible regions of a run that are open: a cancel from outside of the loop must find them while a task keeps
 * the loop busy.
 */
final class InterruptibleRegions {
    private final Set<InterruptibleRegion> open = ConcurrentHashMap.newKeySet();

    void add(InterruptibleRegion region) {
        open.add(region);
    }

    void remove(InterruptibleRegion region) {
        open.remove(region);
    }

    /** Whether a region is open inside a scope that sees it. From any thread. */
    boolean anyWithin(Scope scope) {
        for (InterruptibleRegion region : open) {
            if (region.sees(scope)) {
                return true;
            }
        }
        return false;
    }

    /** Interrupts every region inside a scope that sees it. From any thread. */
    void interruptWithin(Scope cancelled) {
        for (InterruptibleRegion region : open) {
            if (region.sees(cancelled)) {
                region.interrupt();
            }
        }
    }
}
