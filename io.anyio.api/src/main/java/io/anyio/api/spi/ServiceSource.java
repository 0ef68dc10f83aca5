package io.anyio.api.spi;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** How plain Java finds the services of our other jars, through {@link java.util.ServiceLoader}. */
@ProviderType
public interface ServiceSource {
    /**
     * Makes a service.
     *
     * @param <S> the service type
     * @param type its class
     * @param owners makes the owners of the resources that the service opens
     * @return the service, or null if this jar has no service of that type
     */
    <S> @Nullable S create(Class<S> type, Owners owners);
}
