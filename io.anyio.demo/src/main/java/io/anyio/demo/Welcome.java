package io.anyio.demo;

import io.anyio.api.AnyIO;
import io.anyio.api.task.EventLoop;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
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
     * Starts a task that waits for the servers.
     *
     * @param whiteboard knows them
     * @param loop on which the task runs
     */
    @Activate
    public Welcome(@Reference WhiteboardRuntime whiteboard,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop) {
        this.whiteboard = whiteboard;
        loop.spawn("welcome", () -> welcome(loop));
    }

    private void welcome(EventLoop loop) {
        System.out.println("The backend is " + loop.backend() + ": " + loop.backendReason());
        System.out.println("List the tasks here:  anyio:tasks      Stop it:  Ctrl-C");
        Set<String> told = new HashSet<>();
        AnyIO.moveOnAfter(PATIENCE, () -> {
            while (true) {
                for (ListenerDTO server : whiteboard.listeners()) {
                    if (told.add(server.endpoint())) {
                        System.out.println(describe(server));
                    }
                }
                AnyIO.sleep(LOOK_EVERY);
            }
        });
        // a server may have to wait a moment for its keys or its port
        for (FailedListenerDTO failed : whiteboard.failedListeners()) {
            System.out.println("Nothing listens at " + failed.endpoint() + ": " + failed.reason());
        }
    }

    private static String describe(ListenerDTO server) {
        return name(server.handler()) + " listens on port " + server.port() + ". Talk to it:  "
                + (server.tls().isEmpty() ? "nc localhost " : "openssl s_client -quiet -connect localhost:")
                + server.port();
    }

    private static String name(String handler) {
        return handler.substring(handler.lastIndexOf('.') + 1);
    }
}
