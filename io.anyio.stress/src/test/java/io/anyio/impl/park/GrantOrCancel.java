package io.anyio.impl.park;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * One thread grants a waiter while another cancels it: one of them decides, and the queue is empty. Results: granted,
 * cancelled, withdrawn, left in the queue.
 */
@JCStressTest
@Outcome(id = "1, 0, 0, 0", expect = ACCEPTABLE, desc = "granted")
@Outcome(id = "0, 1, 1, 0", expect = ACCEPTABLE, desc = "cancelled")
@Outcome(expect = FORBIDDEN, desc = "both, none, or still queued")
@State
public class GrantOrCancel {
    private int withdrawn;
    private final WaitQueue<Waiter> queue = new WaitQueue<>() {
        @Override
        protected void withdrawn(Waiter gone) {
            withdrawn++;
        }
    };
    private final Waiter waiter = new Waiter(new Idle(), "test");

    /** Puts the waiter into the queue. */
    public GrantOrCancel() {
        queue.add(waiter);
    }

    /** As a release does. */
    @Actor
    public void grant(IIII_Result r) {
        queue.lock();
        Waiter granted = queue.grantFirst();
        queue.unlock();
        r.r1 = granted == waiter ? 1 : 0;
    }

    /** As a loop does for a cancel. */
    @Actor
    public void cancel(IIII_Result r) {
        r.r2 = waiter.tryCancel() ? 1 : 0;
    }

    /** Looks at what is left. */
    @Arbiter
    public void left(IIII_Result r) {
        r.r3 = withdrawn;
        r.r4 = queue.size() + (queue.isEmpty() ? 0 : 1);
    }
}
