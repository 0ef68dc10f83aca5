package io.anyio.net.whiteboard;

import io.anyio.api.spi.TaskContext;
import java.time.Duration;

/** The pauses between the attempts of a server, which become longer while the server does not last. */
final class Pauses {
    private static final Duration FIRST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private Duration next = FIRST;

    /** Whether an attempt has lasted; then the next pause is short again. */
    boolean afterOneThatLasted(long since) {
        boolean lasted = System.nanoTime() - since > LONGEST.toNanos();
        if (lasted) {
            next = FIRST;
        }
        return lasted;
    }

    void pause() {
        TaskContext.current("a server").sleep(next);
        Duration longer = next.multipliedBy(2);
        next = longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
    }
}
