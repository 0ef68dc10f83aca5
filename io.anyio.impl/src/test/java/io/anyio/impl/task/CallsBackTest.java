package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.impl.error.Callback;
import io.anyio.impl.error.CallsBack;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An exception whose own code calls AnyIO when it is examined, for example to load its text, blocks no task. */
class CallsBackTest {
    /** Where others are cancelled because of an error, its text is among their reasons. */
    private static final Set<Way> LOOKING = EnumSet.of(Way.CHILD, Way.HOST, Way.HOST_WAITS, Way.HOST_AWAITS_CHILD,
            Way.NESTED, Way.SPANNING, Way.SPANNING_ELSEWHERE, Way.SPANNING_AWAITS, Way.SPANNING_HOST, Way.GATHER,
            Way.MAP,
            Way.AS_COMPLETED, Way.START, Way.STARTED, Way.SERVE, Way.SERVE_ON_LOOPS);

    @AnyioTest(timeout = 60) @Proves({"CS-81", "TG-10", "TG-13"})
    void whoeverHostsItsTaskIsToldOfTheEnd() {
        int tasks = AnyIO.getRunningTasks().size();
        Set<Way> looking = EnumSet.noneOf(Way.class);
        for (Way way : Way.values()) {
            for (Callback call : Callback.values()) {
                Callback.enter(null);
                CallsBack error = call.error();
                Throwable left = sent(way, error);
                String what = call + " through " + way;
                if (call.harmless()) {
                    assertSame(error, left, what);
                } else {
                    assertTrue(holds(left, error), () -> what + " gave " + left);
                }
                if (error.calls() > 0) {
                    looking.add(way);
                }
                assertEquals(tasks, AnyIO.getRunningTasks().size(), what);
                assertFalse(AnyIO.hasPendingCancellation(), what);
                AnyIO.waitAllTasksBlocked();
            }
        }
        assertEquals(LOOKING, looking);
    }

    /** In a task of its own, which may be cancelled. */
    private static @Nullable Throwable sent(Way way, Throwable error) {
        Throwable[] left = {null};
        AnyIO.createTaskGroup().run(group -> group.spawn("sends", () -> left[0] = way.send(error)));
        return left[0];
    }

    private static boolean holds(@Nullable Throwable left, Throwable error) {
        return left == error || (left instanceof ExceptionGroup group
                && group.exceptions().stream().anyMatch(member -> holds(member, error)));
    }
}
