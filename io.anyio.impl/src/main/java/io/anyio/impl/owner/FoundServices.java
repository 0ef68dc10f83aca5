package io.anyio.impl.owner;

import io.anyio.api.spi.Owners;
import io.anyio.api.spi.ServiceSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The services of our other jars for the tasks of one run. Each is made once, so that its limits hold for the run. */
final class FoundServices {
    private final Sources sources;
    private final Owners owners;
    private final Map<Class<?>, Object> services = new ConcurrentHashMap<>();

    FoundServices(Sources sources, Owners owners) {
        this.sources = sources;
        this.owners = owners;
    }

    /** The service, or null if no jar has it. */
    <S> @Nullable S get(Class<S> type) {
        Object known = services.get(type);
        return type.cast(known == null ? make(type) : known);
    }

    /** Makes the service, under no lock, because a source may ask for another service. */
    private <S> @Nullable Object make(Class<S> type) {
        for (ServiceSource source : sources.all()) {
            S made = source.create(type, owners);
            if (made != null) {
                Object first = services.putIfAbsent(type, made);
                return first == null ? made : first;
            }
        }
        return null;
    }
}
