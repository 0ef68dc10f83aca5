package io.anyio.api.sync;

import java.util.function.UnaryOperator;

/**
 * Takes default options as they are. No lambda, which is linked when it is first reached: see {@code LazyLinksTest}.
 */
final class Unchanged<T> implements UnaryOperator<T> {
    @Override
    public T apply(T options) {
        return options;
    }
}
