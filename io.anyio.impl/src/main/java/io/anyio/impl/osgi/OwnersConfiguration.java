package io.anyio.impl.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The configuration of ownership; its PID is {@code io.anyio.impl.owners}. */
@ObjectClassDefinition(name = "AnyIO owners", description = "What happens to the tasks of a bundle that stops")
public @interface OwnersConfiguration {
    /**
     * How long the tasks of a stopping bundle may take to end.
     *
     * @return milliseconds; Felix SCR gives up on a deactivation after 5000
     */
    @AttributeDefinition(name = "Grace",
            description = "Milliseconds that the tasks of a stopping bundle may take to end, all together")
    long grace_millis() default 2000;
}
