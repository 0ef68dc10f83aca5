package io.anyio.api.spi;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who uses a service of ours: a bundle, told without an OSGi type, or a plain Java application.
 *
 * @param id the bundle's id, or {@link #APPLICATION}
 * @param name the bundle's symbolic name, as it stands in thread names and the log
 * @param loader the context class loader of its tasks
 * @param stopping whether the whole holder is stopping, not only one of its components
 */
public record Holder(long id, String name, @Nullable ClassLoader loader, BooleanSupplier stopping) {
    /** The id of a plain Java application. */
    public static final long APPLICATION = -1;
}
