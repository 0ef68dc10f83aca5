package io.anyio.demo;

import io.anyio.api.AnyIO;
import io.anyio.api.task.EventLoop;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** Tells a person at the console what runs here and how to talk to it. */
@Component(service = {})
public final class Welcome {
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final WhiteboardRuntime whiteboard;

    /**
     * Starts a task that waits for the echo server.
     *
     * @param whiteboard knows it
     * @param loop on which the task runs
     */
    @Activate
    public Welcome(@Reference WhiteboardRuntime whiteboard,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop) {
        this.whiteboard = whiteboard;
        loop.spawn("welcome", () -> welcome(loop));
    }

    private void welcome(EventLoop loop) {
        AnyIO.moveOnAfter(PATIENCE, () -> {
            while (whiteboard.listeners().isEmpty() && whiteboard.failedListeners().isEmpty()) {
                AnyIO.sleep(LOOK_EVERY);
            }
        });
        for (ListenerDTO server : whiteboard.listeners()) {
            System.out.println("The echo server listens on port " + server.port() + ", on the backend " + loop.backend()
                    + ": " + loop.backendReason());
            System.out.println(
                    "Talk to it:  nc localhost " + server.port()
                            + "      List its tasks here:  anyio:tasks      Stop it:  Ctrl-C");
        }
        for (FailedListenerDTO failed : whiteboard.failedListeners()) {
            System.out.println("The echo server does not listen: " + failed.reason());
        }
    }
}
