package io.anyio.operations;

import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Whether tasks have outlived the grace of a stop. */
@Component(service = HealthCheck.class,
        property = {"hc.name=AnyIO stragglers", "hc.tags=anyio", "hc.tags=anyio-tasks"})
public final class StragglersCheck implements HealthCheck {
    private final Monitor monitor;

    /**
     * Makes the check.
     *
     * @param monitor reads the figures
     */
    @Activate
    public StragglersCheck(@Reference Monitor monitor) {
        this.monitor = monitor;
    }

    @Override
    public Result execute() {
        return Results.of(monitor, Result.Status.WARN, "No task has outlived the grace of its stop",
                now -> now.loops().stream()
                        .filter(loop -> loop.stragglers() > 0)
                        .map(loop -> loop.stragglers() + " tasks of " + loop.holder()
                                + " have outlived the grace of a stop")
                        .toList());
    }
}
