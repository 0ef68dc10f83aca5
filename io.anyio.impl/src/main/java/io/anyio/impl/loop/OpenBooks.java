package io.anyio.impl.loop;

import io.anyio.impl.time.TimerQueue;
import java.util.ArrayList;
import java.util.List;

/** Lists what a loop still has to do, for tests that check that nothing is left. */
final class OpenBooks {
    private final List<String> entries = new ArrayList<>();

    private OpenBooks() {}

    /** One text for each kind of what is left beside the task that asks. In the loop. */
    static List<String> of(LoopView loop, TimerQueue timers, Quiet quiet, LoopEnd end) {
        int queued;
        synchronized (timers) {
            queued = timers.size();
        }
        OpenBooks open = new OpenBooks();
        open.add(queued, "queued timers");
        open.add(loop.live - 1, "other tasks");
        open.add(loop.waiting, "waits");
        open.add(quiet.outside(), "calls that are outside");
        open.add(end.guests(), "guests");
        return open.entries;
    }

    private void add(int count, String what) {
        if (count != 0) {
            entries.add(count + " " + what);
        }
    }
}
