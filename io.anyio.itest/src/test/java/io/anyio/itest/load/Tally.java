package io.anyio.itest.load;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** How many tasks of handlers there are: user bundles tell it. */
final class Tally implements BiConsumer<String, Object> {
    private final AtomicInteger tasks = new AtomicInteger();

    @Override
    public void accept(String key, Object change) {
        tasks.addAndGet((Integer) change);
    }

    int tasks() {
        return tasks.get();
    }
}
