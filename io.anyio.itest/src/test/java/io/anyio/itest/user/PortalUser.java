package io.anyio.itest.user;

import io.anyio.api.AnyIO;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.Portals;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** Starts a portal and never stops it: the end of its component does. */
@Component(name = "portal.user", service = {})
public final class PortalUser {
    /** Calls in from the thread that activates the component. */
    @Activate
    public PortalUser(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Portals portals,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        BlockingPortal portal = portals.start();
        board.accept("portal.loader", portal.call(() -> Thread.currentThread().getContextClassLoader()));
        CompletableFuture<?> future = portal.spawn("portal task", () -> {
            board.accept("portal.thread", Thread.currentThread());
            AnyIO.sleepForever();
        });
        board.accept("portal.future", future);
        board.accept("portal", portal);
    }
}
