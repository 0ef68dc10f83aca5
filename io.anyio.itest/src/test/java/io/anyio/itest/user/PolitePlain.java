package io.anyio.itest.user;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.whiteboard.TcpListener;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** Is served by its annotation; its port is configured. */
@Component(name = "polite.plain", service = ConnectionHandler.class, configurationPolicy = ConfigurationPolicy.REQUIRE)
@TcpListener(port = 0, host = "127.0.0.1")
public final class PolitePlain extends Politeness {
    /** Starts nothing: the whiteboard does. */
    @Activate
    public PolitePlain(@Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        super(board);
    }
}
