package io.anyio.impl.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.CapacityLimiterStatistics;
import io.anyio.testing.AnyioTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Calls for statistics, however many, do not delay the loop, and each returns the counts of one moment.
 */
class AskedLimiterTest {
    private static final int BORROWERS = 4_000;
    private static final int ASKERS = 3;
    private static final int ROUNDS = 20_000;

    @AnyioTest(timeout = 60)
    void threadsThatAskAllTheTimeDoNotStopTheLoop() throws Exception {
        CapacityLimiter limiter = AnyIO.createCapacityLimiter(BORROWERS);
        List<Integer> borrowers = new ArrayList<>();
        for (int i = 0; i < BORROWERS - 1; i++) {
            borrowers.add(i);
            limiter.acquireOnBehalfOfNowait(i);
        }
        AtomicReference<String> wrong = new AtomicReference<>();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> askers = new ArrayList<>();
        for (int i = 0; i < ASKERS; i++) {
            askers.add(Thread.ofPlatform().daemon().start(() -> {
                while (!over.get() && wrong.get() == null) {
                    CapacityLimiterStatistics now = limiter.statistics();
                    if (now.borrowedTokens() != now.borrowers().size()
                            || new HashSet<>(now.borrowers()).size() != now.borrowers().size()) {
                        wrong.set(now.borrowedTokens() + " tokens, " + now.borrowers().size() + " borrowers");
                    }
                }
            }));
        }
        for (int i = 0; i < ROUNDS; i++) {
            Integer one = borrowers.get(i % borrowers.size());
            limiter.releaseOnBehalfOf(one);
            limiter.acquireOnBehalfOfNowait("another");
            limiter.acquireOnBehalfOf(one);
            limiter.releaseOnBehalfOf("another");
        }
        over.set(true);
        for (Thread asker : askers) {
            asker.interrupt();
            assertTrue(asker.join(Duration.ofSeconds(20)));
        }
        assertEquals(null, wrong.get());
        assertEquals(new HashSet<Object>(borrowers), new HashSet<>(limiter.statistics().borrowers()));
    }
}
