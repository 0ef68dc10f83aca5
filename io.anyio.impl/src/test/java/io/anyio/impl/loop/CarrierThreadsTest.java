package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the loop believes of the JDK's virtual threads. */
class CarrierThreadsTest {

    @Test
    void aThreadHandsInTheSameContinuationForItsStartAndForEachYield() {
        List<Runnable> handedIn = new ArrayList<>();
        Thread virtual = CarrierThreads.factory(handedIn::add).newThread(() -> {
            Thread.yield();
            Thread.yield();
        });
        Runnable continuation = CarrierThreads.continuationOf(virtual);
        assertEquals(List.of(), handedIn);
        virtual.start();
        for (int i = 0; i < 3; i++) {
            assertEquals(i + 1, handedIn.size());
            assertSame(continuation, handedIn.get(i));
            continuation.run();
        }
        assertEquals(3, handedIn.size());
        assertEquals(Thread.State.TERMINATED, virtual.getState());
    }
}
