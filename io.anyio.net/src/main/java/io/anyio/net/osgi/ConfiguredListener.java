package io.anyio.net.osgi;

import io.anyio.api.whiteboard.Whiteboard;
import io.anyio.net.whiteboard.Configurations;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * A configuration that serves a handler. The whiteboard chooses the handler, so that its state is one with that of the
 * server: see {@code io.anyio.net.whiteboard.Board}.
 */
@Component(service = {}, configurationPid = Whiteboard.LISTENER_PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ListenerConfiguration.class, factory = true)
public final class ConfiguredListener {
    private final Configurations whiteboard;

    /**
     * Takes the configuration.
     *
     * @param whiteboard serves it
     */
    @Activate
    public ConfiguredListener(@Reference Configurations whiteboard) {
        this.whiteboard = whiteboard;
    }

    @Activate @Modified
    void configured(Map<String, ?> properties) {
        whiteboard.configured(this, properties);
    }

    @Deactivate
    void deleted() {
        whiteboard.deleted(this);
    }
}
