package io.anyio.impl.park;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A waiter that wakes too early and finds itself granted sees the value and what the granter wrote before. Results:
 * granted, value, state of the primitive.
 */
@JCStressTest
@Outcome(id = {"0, 0, 0", "1, 1, 1"}, expect = ACCEPTABLE, desc = "not yet, or all of it")
@Outcome(expect = FORBIDDEN, desc = "granted without what belongs to it")
@State
public class GrantPublishesValue {
    private final WaitQueue<Waiter> queue = new WaitQueue<>();
    private final Waiter waiter = new Waiter(new Idle(), "test");
    private int value;
    private int owner;

    /** Puts the waiter into the queue. */
    public GrantPublishesValue() {
        queue.add(waiter);
    }

    /** As a hand-over does. */
    @Actor
    public void grant() {
        queue.lock();
        owner = 1;
        value = 1;
        queue.grantFirst();
        queue.unlock();
    }

    /** As the waiting task does after a resumption. */
    @Actor
    public void look(III_Result r) {
        if (waiter.isGranted()) {
            r.r1 = 1;
            r.r2 = value;
            r.r3 = owner;
        }
    }
}
