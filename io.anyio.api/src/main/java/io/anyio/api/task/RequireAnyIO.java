package io.anyio.api.task;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Requirement;

/**
 * Lets a bundle resolve only if another bundle provides the event loop. Components that get a service of ours injected
 * do not need it, because each reference is a requirement. It is for bundles that find the services in another way.
 *
 * <p>A component that must not start before the services are there has a reference to the service {@code Condition}
 * with the target {@code (osgi.condition.id=io.anyio.ready)}: see {@link #READY}.
 */
@Requirement(namespace = "osgi.implementation", name = RequireAnyIO.IMPLEMENTATION, version = RequireAnyIO.VERSION)
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.PACKAGE})
public @interface RequireAnyIO {
    /** The name of the capability in the namespace {@code osgi.implementation}. */
    String IMPLEMENTATION = "io.anyio";

    /** The version of the capability. */
    String VERSION = "0.1.0";

    /**
     * The property {@code osgi.condition.id} of the service {@code org.osgi.service.condition.Condition} that is
     * registered while all services of the event loop's bundle are: loops, portals, synchronization, memory streams,
     * files, processes and signals.
     */
    String READY = "io.anyio.ready";
}
