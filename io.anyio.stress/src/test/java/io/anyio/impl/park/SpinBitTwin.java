package io.anyio.impl.park;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The broken twin of {@link SpinBit}: it looks at the bit and sets it in two steps. It must be caught. */
@JCStressTest
@Outcome(id = "2", expect = ACCEPTABLE, desc = "both count")
@Outcome(expect = FORBIDDEN, desc = "one is lost")
@State
public class SpinBitTwin {
    private volatile boolean bit;
    private int count;

    private void increment() {
        while (bit) {
            Thread.onSpinWait();
        }
        bit = true;
        count++;
        bit = false;
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
