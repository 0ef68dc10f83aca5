package io.anyio.impl.owner;

import io.anyio.api.spi.ServiceSource;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The jars on the class path that have services. They are searched once, because that takes longer than to connect. */
final class Sources {
    private volatile @Nullable List<ServiceSource> found;

    List<ServiceSource> all() {
        List<ServiceSource> all = found;
        if (all == null) {
            all = ServiceLoader.load(ServiceSource.class, ServiceSource.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get).toList();
            found = all;
        }
        return all;
    }
}
