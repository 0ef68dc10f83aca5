package io.anyio.itest.load;

import io.anyio.itest.life.Books;
import java.io.IOException;
import java.util.Dictionary;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.cm.ManagedService;

/**
 * Tells when all updates of configurations have been delivered. They are delivered one after the other, on one thread
 * to components and on another one to managed services, so each of these threads is given a last one.
 */
final class Delivery implements ConfigurationListener, ManagedService {
    private static final String PID = "io.anyio.itest.last";

    private volatile int updated;
    private volatile int events;
    private int last;

    Delivery(BundleContext context) {
        context.registerService(ManagedService.class, this,
                FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_PID, PID)));
        context.registerService(ConfigurationListener.class, this, null);
    }

    @Override
    public void updated(@Nullable Dictionary<String, ?> values) {
        if (values != null) {
            updated = (Integer) values.get("serial");
        }
    }

    @Override
    public synchronized void configurationEvent(ConfigurationEvent event) {
        if (event.getPid().equals(PID)) {
            events++;
        }
    }

    void await(ConfigurationAdmin configurations) throws IOException {
        last++;
        configurations.getConfiguration(PID, "?").update(FrameworkUtil.asDictionary(Map.of("serial", last)));
        Books.await(() -> updated == last && events == last, Boolean::booleanValue, "Configurations are delivered");
    }
}
