package io.anyio.itest.user;

import io.anyio.api.net.ConnectionHandler;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Has no key: a configuration says where it is served, and that it is over TLS. */
@Component(name = "polite.secure", service = ConnectionHandler.class, property = "polite=secure")
public final class PoliteSecure extends Politeness {
    /** Starts nothing: the whiteboard does. */
    @Activate
    public PoliteSecure(@Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        super(board);
    }
}
