package io.anyio.impl.park;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The lock of a queue excludes and orders memory: of two increments of a plain field none is lost. */
@JCStressTest
@Outcome(id = "2", expect = ACCEPTABLE, desc = "both count")
@Outcome(expect = FORBIDDEN, desc = "one is lost")
@State
public class SpinBit {
    private final WaitQueue<Wait> queue = new WaitQueue<>();
    private int count;

    private void increment() {
        queue.lock();
        count++;
        queue.unlock();
    }

    /** One thread. */
    @Actor
    public void one() {
        increment();
    }

    /** The other. */
    @Actor
    public void other() {
        increment();
    }

    /** Counts. */
    @Arbiter
    public void sum(I_Result r) {
        r.r1 = count;
    }
}
