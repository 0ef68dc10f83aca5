package io.anyio.tls.osgi;

import io.anyio.api.spi.error.Report;
import io.anyio.api.spi.osgi.InvalidConfigurationException;
import io.anyio.api.tls.TlsContext;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Publishes a {@link TlsContext} for a configuration. It registers the service itself: the properties of a component's
 * service would be those of its configuration, with the passwords, and would lack the name that the PID gives.
 */
@Capability(namespace = "osgi.service", uses = TlsContext.class,
        attribute = "objectClass:List<String>=\"io.anyio.api.tls.TlsContext\"")
@Component(service = {}, configurationPid = ContextSettings.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = TlsContextConfiguration.class, factory = true)
public final class ConfiguredContext {
    private static final Report LOG = new Report(ContextSettings.PID);

    private final BundleContext bundle;
    private final LongSupplier clock;
    private @Nullable Published published;

    private record Published(WatchedContext context, ServiceRegistration<TlsContext> service) {}

    /**
     * Makes it; nothing is published yet.
     *
     * @param bundle publishes the service
     */
    @Activate
    public ConfiguredContext(BundleContext bundle) {
        this(bundle, System::nanoTime);
    }

    ConfiguredContext(BundleContext bundle, LongSupplier clock) {
        this.bundle = bundle;
        this.clock = clock;
    }

    /** A configuration with a wrong key or value is logged, and what was published before stays. */
    @Activate @Modified
    void configure(Map<String, ?> configuration) {
        try {
            publish(ContextSettings.of(configuration), configuration.get("service.pid"));
        } catch (InvalidConfigurationException e) {
            LOG.log(System.Logger.Level.ERROR, null, "The configuration ", configuration.get("service.pid"),
                    published == null ? " is no TLS context: " : " leaves its TLS context as it was: ",
                    e.getMessage());
        }
    }

    private void publish(ContextSettings settings, @Nullable Object pid) {
        Dictionary<String, Object> properties = properties(settings, pid);
        Published now = published;
        if (now == null) {
            WatchedContext context = new WatchedContext(settings, clock);
            published = new Published(context, bundle.registerService(TlsContext.class, context, properties));
        } else {
            now.context.use(settings);
            now.service.setProperties(properties);
        }
    }

    private static Dictionary<String, Object> properties(ContextSettings settings, @Nullable Object pid) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(TlsContext.NAME, settings.name());
        properties.put("service.ranking", settings.ranking());
        if (pid != null) {
            properties.put("service.pid", pid);
        }
        return FrameworkUtil.asDictionary(properties);
    }

    @Deactivate
    void withdraw() {
        Published now = published;
        if (now != null) {
            published = null;
            now.service.unregister();
        }
    }
}
