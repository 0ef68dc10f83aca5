package io.anyio.impl.carry;

import io.anyio.api.spi.Skippable;
import io.anyio.api.task.Body;
import org.jspecify.annotations.Nullable;

/** Code with the values that its spawner had. Each carrier sees the thread as those before it have left it. */
final class Carried<T extends @Nullable Object> implements Body<T, Exception>, Skippable {
    private final Body<T, ?> body;
    private final Carrier[] carriers;
    private final @Nullable Object[] values;

    /** Made early: nothing that needs memory comes between the start of the task and its code. */
    private final @Nullable Runnable[] undo;

    Carried(Body<T, ?> body, Carrier[] carriers, @Nullable Object[] values) {
        this.body = body;
        this.carriers = carriers;
        this.values = values;
        this.undo = new @Nullable Runnable[carriers.length];
    }

    @Override
    public T call() throws Exception {
        try {
            for (int i = 0; i < carriers.length; i++) {
                Object value = values[i];
                undo[i] = value == null ? null : carriers[i].restore(value);
            }
            return body.call();
        } finally {
            for (int i = carriers.length - 1; i >= 0; i--) {
                Runnable last = undo[i];
                if (last != null) {
                    carriers[i].undo(last);
                }
            }
        }
    }

    @Override
    public void skipped(Throwable why) {
        Skippable.skip(body, why);
    }
}
