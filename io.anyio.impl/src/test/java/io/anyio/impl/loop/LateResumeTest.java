package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.TaskGroup;
import io.anyio.impl.park.Parkable;
import io.anyio.impl.park.Waiter;
import io.anyio.testing.AnyioTest;

/** A fiber that is resumed although it does not wait any more. */
class LateResumeTest {

    @AnyioTest
    void aFiberThatEndsBeforeItsResumeTakesNothingAlong(TaskGroup<?> group) {
        for (int i = 0; i < 100; i++) {
            group.spawn(() -> {
                Waiter waiter = new Waiter(Parkable.current("test"), "what has come already");
                waiter.grant();
                assertTrue(waiter.await());
            }).await();
        }
        AnyIO.checkpoint();
    }
}
