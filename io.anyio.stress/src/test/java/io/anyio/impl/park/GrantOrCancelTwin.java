package io.anyio.impl.park;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The broken twin of {@link GrantOrCancel}: it looks first and decides afterwards, instead of both in one CAS under the
 * lock. It must be caught.
 */
@JCStressTest
@Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one of them decides")
@Outcome(expect = FORBIDDEN, desc = "both, or none")
@State
public class GrantOrCancelTwin {
    private static final int WAITING = 0;
    private static final int GRANTED = 1;
    private static final int CANCELLED = 2;

    private volatile int state;

    private int decide(int outcome) {
        if (state != WAITING) {
            return 0;
        }
        state = outcome;
        return 1;
    }

    /** Grants. */
    @Actor
    public void grant(II_Result r) {
        r.r1 = decide(GRANTED);
    }

    /** Cancels. */
    @Actor
    public void cancel(II_Result r) {
        r.r2 = decide(CANCELLED);
    }
}
