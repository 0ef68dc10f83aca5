package io.anyio.examples;

import io.anyio.api.AnyIO;
import io.anyio.api.task.EventLoop;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** The component of the README with a background task. */
@Component(service = {})
public final class Poller {
    @Activate
    public Poller(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop) {
        loop.spawn("poll", () -> {
            while (true) {
                poll();
                AnyIO.sleep(Duration.ofSeconds(5));
            }
        });
    }

    private void poll() {}
}
