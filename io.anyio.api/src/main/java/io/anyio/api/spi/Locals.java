package io.anyio.api.spi;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values that one task or thread has for task locals: immutable, so that a child starts with what its spawner has
 * by taking the reference.
 */
public final class Locals {
    /** No values. */
    public static final Locals NONE = new Locals(new @Nullable Object[0]);

    /** Keys, each followed by its value. */
    private final @Nullable Object[] entries;

    private Locals(@Nullable Object[] entries) {
        this.entries = entries;
    }

    private int indexOf(Object key) {
        for (int i = 0; i < entries.length; i += 2) {
            if (entries[i] == key) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Whether there is a value, which may be null.
     *
     * @param key the local
     * @return true if so
     */
    public boolean has(Object key) {
        return indexOf(key) >= 0;
    }

    /**
     * A value.
     *
     * @param key the local
     * @return its value, or null if there is none
     */
    public @Nullable Object get(Object key) {
        int index = indexOf(key);
        return index < 0 ? null : entries[index + 1];
    }

    /**
     * These values with another one.
     *
     * @param key the local
     * @param value its value
     * @return new values
     */
    public Locals with(Object key, @Nullable Object value) {
        int index = indexOf(key);
        @Nullable
        Object[] changed = Arrays.copyOf(entries, index < 0 ? entries.length + 2 : entries.length);
        if (index < 0) {
            index = entries.length;
            changed[index] = key;
        }
        changed[index + 1] = value;
        return new Locals(changed);
    }

    /**
     * These values with that of one local as others have it.
     *
     * @param key the local
     * @param others where its value is taken from; if there is none, it has none afterwards
     * @return new values
     */
    public Locals restored(Object key, Locals others) {
        if (others.has(key)) {
            return with(key, others.get(key));
        }
        int index = indexOf(key);
        if (index < 0) {
            return this;
        }
        @Nullable
        Object[] changed = new @Nullable Object[entries.length - 2];
        System.arraycopy(entries, 0, changed, 0, index);
        System.arraycopy(entries, index + 2, changed, index, changed.length - index);
        return new Locals(changed);
    }
}
