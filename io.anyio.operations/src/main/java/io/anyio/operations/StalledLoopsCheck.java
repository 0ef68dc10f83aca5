package io.anyio.operations;

import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Whether a task keeps a loop busy for too long. */
@Component(service = HealthCheck.class,
        property = {"hc.name=AnyIO stalled loops", "hc.tags=anyio", "hc.tags=anyio-loops"})
public final class StalledLoopsCheck implements HealthCheck {
    private final Monitor monitor;

    /**
     * Makes the check.
     *
     * @param monitor reads the figures
     */
    @Activate
    public StalledLoopsCheck(@Reference Monitor monitor) {
        this.monitor = monitor;
    }

    @Override
    public Result execute() {
        return Results.of(monitor, Result.Status.CRITICAL, "No loop is stalled",
                now -> now.stalled().stream()
                        .map(loop -> "The loop " + loop.name() + " of " + loop.holder() + " is stalled: anyio:tasks -l "
                                + loop.name() + " shows by what")
                        .toList());
    }
}
