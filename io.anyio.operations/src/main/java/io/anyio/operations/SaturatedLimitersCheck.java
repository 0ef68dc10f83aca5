package io.anyio.operations;

import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Whether tasks wait for worker threads because all are in use. */
@Component(service = HealthCheck.class,
        property = {"hc.name=AnyIO saturated limiters", "hc.tags=anyio", "hc.tags=anyio-workers"})
public final class SaturatedLimitersCheck implements HealthCheck {
    private final Monitor monitor;

    /**
     * Makes the check.
     *
     * @param monitor reads the figures
     */
    @Activate
    public SaturatedLimitersCheck(@Reference Monitor monitor) {
        this.monitor = monitor;
    }

    @Override
    public Result execute() {
        return Results.of(monitor, Result.Status.WARN, "No task waits for a worker thread",
                now -> now.saturated().stream()
                        .map(loop -> loop.workers().waiting() + " tasks of " + loop.holder() + " wait for one of "
                                + loop.workers().total() + " worker threads")
                        .toList());
    }
}
