package io.anyio.impl.task;

import io.anyio.api.task.Block;
import io.anyio.api.task.Body;
import org.jspecify.annotations.Nullable;

/** Code that tasks are made of. */
public final class Bodies {
    private Bodies() {}

    /**
     * A body for code without a value.
     *
     * @param block the code
     * @return a body whose value is null
     */
    public static Body<@Nullable Void, Exception> of(Block<?> block) {
        return () -> {
            block.run();
            return null;
        };
    }

    /**
     * The name of a task whose spawner gave none: the class in which the code was written.
     *
     * @param code a body or block; the hidden class of a lambda has the name of its host before a mark
     * @return the class's name
     */
    public static String nameOf(Object code) {
        String name = code.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda);
    }
}
