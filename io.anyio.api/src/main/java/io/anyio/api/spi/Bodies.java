package io.anyio.api.spi;

import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.BodyWith;
import org.jspecify.annotations.Nullable;

/**
 * Code that tasks run: a block as a body, and the name of a task that got none.
 *
 * <p>No lambdas: a scope is entered and a task spawned near the end of the stack, too, where a lambda that is reached
 * for the first time cannot be linked.
 */
public final class Bodies {
    private Bodies() {}

    private record OfBlock<X extends Exception>(Block<X> block) implements Body<@Nullable Void, X> {
        @Override
        public @Nullable Void call() throws X {
            block.run();
            return null;
        }
    }

    private record OfBlockWith<T extends @Nullable Object, X extends Exception>(BlockWith<T, X> block)
            implements BodyWith<T, @Nullable Void, X> {
        @Override
        public @Nullable Void call(T value) throws X {
            block.run(value);
            return null;
        }
    }

    private record Given<T extends @Nullable Object, X extends Exception>(BlockWith<T, X> block, T value)
            implements Body<@Nullable Void, X> {
        @Override
        public @Nullable Void call() throws X {
            block.run(value);
            return null;
        }
    }

    /**
     * A body for code without a value.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @return a body whose value is null
     */
    public static <X extends Exception> Body<@Nullable Void, X> of(Block<X> block) {
        return new OfBlock<>(block);
    }

    /**
     * A body for code that takes a value and has none.
     *
     * @param <T> what the code takes
     * @param <X> the block's checked exception
     * @param block the code
     * @return a body whose value is null
     */
    public static <T extends @Nullable Object, X extends Exception> BodyWith<T, @Nullable Void, X> with(
            BlockWith<T, X> block) {
        return new OfBlockWith<>(block);
    }

    /**
     * A body for code that takes a value, with the value.
     *
     * @param <T> what the code takes
     * @param <X> the block's checked exception
     * @param block the code
     * @param value what it is given
     * @return a body whose value is null
     */
    public static <T extends @Nullable Object, X extends Exception> Body<@Nullable Void, X> with(
            BlockWith<T, X> block, T value) {
        return new Given<>(block, value);
    }

    /**
     * The name of a task whose spawner gave none: the class in which the code was written.
     *
     * @param code a body or block; the hidden class of a lambda has the name of its host before a mark
     * @return the class's name
     */
    public static String nameOf(Object code) {
        Object written = code instanceof OfBlock<?> body ? body.block : code;
        String name = written.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda);
    }

    /**
     * The same, without its package.
     *
     * @param code a body, block or handler
     * @return the class's simple name
     */
    public static String simpleNameOf(Object code) {
        String name = nameOf(code);
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
