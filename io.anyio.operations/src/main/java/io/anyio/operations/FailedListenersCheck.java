package io.anyio.operations;

import io.anyio.api.whiteboard.FailureCode;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Whether services that ask to be servers are not served, and no other service is the reason. */
@Component(service = HealthCheck.class,
        property = {"hc.name=AnyIO failed listeners", "hc.tags=anyio", "hc.tags=anyio-listeners"})
public final class FailedListenersCheck implements HealthCheck {
    private final Monitor monitor;

    /**
     * Makes the check.
     *
     * @param monitor reads the figures
     */
    @Activate
    public FailedListenersCheck(@Reference Monitor monitor) {
        this.monitor = monitor;
    }

    @Override
    public Result execute() {
        return Results.of(monitor, Result.Status.WARN, "Each service that asks to be a server is served",
                now -> now.failed().stream()
                        .filter(one -> one.code() != FailureCode.SHADOWED)
                        .map(one -> (one.endpoint().isEmpty() ? "The service " + one.serviceId() : one.endpoint())
                                + " of "
                                + one.bundle() + " is not served: " + one.reason())
                        .toList());
    }
}
