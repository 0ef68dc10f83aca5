package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Deadline;
import io.anyio.impl.scope.Scope;
import io.anyio.testing.AnyioTest;
import io.anyio.testing.VirtualClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * On {@code pool} a timer is taken out by one thread and fires later, when the loop is free: much may have happened
 * meanwhile.
 */
class LateTimerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @AnyioTest(virtualClock = true)
    void aTimerThatFiresAfterTheDeadlineWasMovedDoesNothing(VirtualClock clock) {
        AnyIO.moveOnAfter(SECOND, scope -> {
            clock.jump(SECOND);
            scope.deadline(AnyIO.currentTime().plus(SECOND));
            ((Scope) scope).deadlinePassed();
            ((Scope) scope).deadlineCame();
            assertFalse(scope.cancelCalled());
            for (int i = 0; i < 100; i++) {
                AnyIO.checkpoint();
            }
            scope.deadline(Deadline.NEVER);
            ((Scope) scope).deadlineCame();
            AnyIO.sleep(Duration.ofDays(1));
            assertFalse(scope.cancelCalled());
        });
    }

    @AnyioTest(virtualClock = true)
    void aTimerThatFiresAfterTheScopeWasLeftDoesNothing(VirtualClock clock) {
        CancelScope scope = AnyIO.openCancelScope(options -> options.timeout(SECOND));
        scope.run(() -> clock.jump(SECOND));
        boolean before = scope.cancelCalled();
        ((Scope) scope).deadlinePassed();
        ((Scope) scope).deadlineCame();
        assertEquals(before, scope.cancelCalled());
        assertFalse(AnyIO.hasPendingCancellation());
        AnyIO.checkpoint();
    }

    @AnyioTest(virtualClock = true)
    void aTimerThatFiresTwiceCancelsOnce(VirtualClock clock) {
        assertFalse(AnyIO.moveOnAfter(SECOND, scope -> {
            clock.jump(SECOND);
            ((Scope) scope).deadlineCame();
            ((Scope) scope).deadlineCame();
            assertTrue(scope.cancelCalled());
            AnyIO.checkpoint();
        }));
    }

    /** The loop is kept busy by foreign code while timers come due, then all of them fire at once. */
    @AnyioTest
    void timersThatComeDueWhileTheLoopIsBusyFireAfterwards() throws Exception {
        int[] late = new int[1];
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 20; i++) {
                Duration timeout = Duration.ofMillis(1 + i % 5);
                group.spawn(() -> {
                    if (!AnyIO.moveOnAfter(timeout, AnyIO::sleepForever)) {
                        late[0]++;
                    }
                });
            }
            AnyIO.checkpoint();
            CountDownLatch never = new CountDownLatch(1);
            assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(20), () -> AnyIO.interruptibly(() -> {
                never.await();
                return "";
            })));
        });
        assertEquals(20, late[0]);
    }
}
