package io.anyio.api.task;

import org.jspecify.annotations.Nullable;

/**
 * The value of one of several bodies that run at once.
 *
 * @param <T> the type of the value
 * @param index which body it was, from 0
 * @param value what the body returned
 */
public record Completed<T extends @Nullable Object>(int index, T value) {}
