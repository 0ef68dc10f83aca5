package io.anyio.api.spi;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The user of a service: a bundle, described without a type of OSGi, or a plain Java application.
 *
 * @param id the bundle's id, or {@link #APPLICATION}
 * @param name the bundle's symbolic name, for thread names and the log
 * @param loader the context class loader of its tasks
 * @param stopping whether the whole holder is stopping, not only one of its components
 */
public record Holder(long id, String name, @Nullable ClassLoader loader, BooleanSupplier stopping) {
    /** The id of a plain Java application. */
    public static final long APPLICATION = -1;

    /**
     * The name of the logger for errors of the user's code.
     *
     * @return the bundle's symbolic name; {@code io.anyio} in plain Java
     */
    public String logName() {
        return id == APPLICATION ? "io.anyio" : name;
    }
}
