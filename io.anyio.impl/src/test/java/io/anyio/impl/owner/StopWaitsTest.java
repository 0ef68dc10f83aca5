package io.anyio.impl.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Stoppable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How often and for how long a stop waits, as a resource sees it. */
@Timeout(60)
class StopWaitsTest {
    private static final Duration GRACE = Duration.ofMinutes(1);
    private static final long ASK_NANOS = 2_000_000;

    private final LoopRuntime runtime = new LoopRuntime();
    private final Holder holder = new Holder(17, "user.bundle", null, () -> false);
    private final HolderOwners owners = new HolderOwners(runtime, GRACE);

    @AfterEach
    void end() {
        owners.close();
        assertEquals(0, runtime.runs().size());
    }

    /** Has ended after so many waits. */
    private static final class Resource implements Stoppable {
        private final int waits;
        private final List<Long> patience = new ArrayList<>();

        Resource(int waits) {
            this.waits = waits;
        }

        @Override
        public void stop() {}

        @Override
        public boolean awaitEnd(Duration longest) {
            patience.add(longest.toNanos());
            return patience.size() > waits;
        }

        @Override
        public void close() {}
    }

    private List<Long> waitsOf(Resource resource, boolean withLoop) {
        Owner owner = owners.open("Listeners", holder);
        if (withLoop) {
            assertEquals(1, owner.call(() -> 1));
            // a call returns with its body, a moment before its task has ended
            while (((HolderOwner) owner).hasTasks()) {
                Thread.onSpinWait();
            }
        }
        owner.register(resource);
        owner.close();
        return resource.patience;
    }

    private static void assertPart(long nanos, double from, double to) {
        double part = (double) nanos / GRACE.toNanos();
        assertTrue(part > from && part <= to, () -> part + " of the grace");
    }

    @Test
    void whatHasEndedIsAskedOncePerStep() {
        boolean patient = false;
        for (int i = 0; i < 20; i++) {
            List<Long> waits = waitsOf(new Resource(0), i % 2 == 0);
            assertEquals(3, waits.size(), waits::toString);
            assertTrue(waits.get(0) <= ASK_NANOS, waits::toString);
            assertPart(waits.get(1), 0.25, 0.5);
            assertPart(waits.get(2), 0.5, 1);
            patient |= waits.get(0) > 0;
        }
        assertTrue(patient, "none was waited for");
    }

    /** Three looks whether it finishes, one wait with streams, one until the end of the grace. */
    @Test
    void whatHasNotEndedIsAskedThreeTimesBeforeItIsCancelled() {
        List<Long> waits = waitsOf(new Resource(4), false);
        assertEquals(5, waits.size(), waits::toString);
        assertTrue(waits.subList(0, 3).stream().allMatch(nanos -> nanos <= ASK_NANOS), waits::toString);
        assertPart(waits.get(3), 0.25, 0.5);
        assertPart(waits.get(4), 0.5, 1);
    }

    /** Then what keeps it is looked for, with a glance at it in between, until it has ended. */
    @Test
    void whatOutlivesTheGraceIsLookedForUntilItHasEnded() {
        boolean patient = false;
        for (int i = 0; i < 5; i++) {
            List<Long> waits = waitsOf(new Resource(6), true);
            assertEquals(8, waits.size(), waits::toString);
            assertTrue(waits.subList(5, 8).stream().allMatch(nanos -> nanos <= ASK_NANOS), waits::toString);
            patient |= waits.get(5) > 0;
        }
        assertTrue(patient, "there was no glance");
    }

    /** What was closed before the failure is not closed again. */
    @Test
    void aStopThatFailsLateClosesNoStreamTwice() {
        Logger log = Logger.getLogger("io.anyio");
        log.setFilter(_ -> false);
        try {
            Owner owner = owners.open("Listeners", holder);
            AtomicInteger closed = new AtomicInteger();
            AtomicInteger waits = new AtomicInteger();
            owner.register(closed::incrementAndGet);
            owner.register(new Stoppable() {
                @Override
                public void stop() {}

                @Override
                public boolean awaitEnd(Duration patience) {
                    if (waits.incrementAndGet() == 3) {
                        throw new IllegalStateException("made by a test");
                    }
                    return true;
                }

                @Override
                public void close() {
                    closed.getAndAdd(10);
                }
            });
            owner.close();
            assertEquals(11, closed.get());
        } finally {
            log.setFilter(null);
        }
    }
}
