package io.anyio.net.osgi;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.spi.Owners;
import io.anyio.api.whiteboard.Whiteboard;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import io.anyio.net.whiteboard.Board;
import io.anyio.net.whiteboard.Configurations;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;

/**
 * Opens the whiteboard for as long as this bundle is active. The whiteboard registers its runtime by itself. The
 * properties of the configuration {@code io.anyio.net.whiteboard} are properties of the runtime, by which handlers may
 * choose it.
 */
@Component(service = Configurations.class, immediate = true, configurationPid = "io.anyio.net.whiteboard")
@Capability(namespace = "osgi.implementation", name = Whiteboard.IMPLEMENTATION, version = Whiteboard.VERSION, uses = {
        ConnectionHandler.class, Whiteboard.class})
@Capability(namespace = "osgi.service", uses = WhiteboardRuntime.class, attribute = {
        "objectClass:List<String>=\"io.anyio.api.whiteboard.WhiteboardRuntime\""})
public final class WhiteboardComponent implements Configurations {
    private final Board board;

    /**
     * Makes the whiteboard.
     *
     * @param context gets the handlers
     * @param owners give their servers an owner
     * @param properties the properties of the component
     */
    @Activate
    public WhiteboardComponent(BundleContext context, @Reference Owners owners, Map<String, ?> properties) {
        this.board = new Board(context, owners, ofRuntime(properties));
    }

    private static Map<String, Object> ofRuntime(Map<String, ?> properties) {
        Map<String, Object> own = new TreeMap<>(properties);
        own.keySet().removeIf(key -> key.startsWith(".") || key.startsWith("component.") || key.equals("service.pid"));
        return own;
    }

    /** What is served goes on. */
    @Modified
    void change(Map<String, ?> properties) {
        board.change(ofRuntime(properties));
    }

    @Activate
    void open() {
        board.open();
    }

    @Deactivate
    void close() {
        board.close();
    }

    @Override
    public void configured(Object key, Map<String, ?> properties) {
        board.configured(key, properties);
    }

    @Override
    public void deleted(Object key) {
        board.deleted(key);
    }
}
