package io.anyio.api.task;

import org.jspecify.annotations.Nullable;

/**
 * The value of one of several bodies that run concurrently; see {@link io.anyio.api.AnyIO#asCompleted}.
 *
 * @param <T> the type of the value
 * @param index the position of the body in the list, from 0
 * @param value what the body returned
 */
public record Completed<T extends @Nullable Object>(int index, T value) {}
