package io.anyio.api.spi;

import io.anyio.api.task.Body;
import io.anyio.api.task.LoopOptions;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What plain Java finds through {@link java.util.ServiceLoader}: the implementation of everything. In a container the
 * services are injected instead.
 */
@ProviderType
public interface AnyioRuntime {
    /**
     * Runs a body as the first task of a fresh loop and waits for the loop's end.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @param options the loop's options
     * @param code what the task is named after
     * @return the body's value
     * @throws X if the body throws it
     */
    <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body, LoopOptions options, Object code)
            throws X;

    /**
     * A service, of the implementation itself or of a {@link ServiceSource}: the same for all tasks of a run, and the
     * same for all other threads.
     *
     * @param <S> the service type
     * @param type its class
     * @return the service, or null if there is none of that type
     */
    <S> @Nullable S service(Class<S> type);

    /**
     * A service that must be there, see {@link #service}.
     *
     * @param <S> the service type
     * @param type its class
     * @return the service
     * @throws IllegalStateException if there is none of that type
     */
    default <S> S require(Class<S> type) {
        S service = service(type);
        if (service == null) {
            throw new IllegalStateException("No jar on the class path provides " + type.getName()
                    + ": add io.anyio.net or io.anyio.tls, or in a container inject the service");
        }
        return service;
    }
}
