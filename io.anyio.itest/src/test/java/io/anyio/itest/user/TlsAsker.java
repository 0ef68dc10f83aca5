package io.anyio.itest.user;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Network;
import io.anyio.api.task.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** Asks for TLS over and over, at a port where nobody listens, and tells what it gets. */
@Component(name = "tls.asker", service = {})
public final class TlsAsker {
    /** Starts asking. */
    @Activate
    public TlsAsker(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Network network,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        loop.spawn("ask for TLS", () -> {
            while (true) {
                try {
                    network.connectTcp("127.0.0.1", 1, o -> o.tls(true)).close();
                } catch (IOException e) {
                    board.accept("tls.there", e.getClass().getSimpleName());
                } catch (IllegalStateException e) {
                    board.accept("tls.missing", String.valueOf(e.getMessage()));
                }
                AnyIO.sleep(Duration.ofMillis(10));
            }
        });
    }
}
