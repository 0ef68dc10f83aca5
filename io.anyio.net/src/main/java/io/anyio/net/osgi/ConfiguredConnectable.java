package io.anyio.net.osgi;

import io.anyio.api.net.ConnectOptions;
import io.anyio.api.net.Connectable;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.TcpConnectable;
import io.anyio.api.net.UnixConnectable;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Report;
import io.anyio.api.spi.osgi.InvalidConfigurationException;
import io.anyio.api.spi.osgi.Users;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsContext;
import io.anyio.net.OwnedNetwork;
import io.anyio.net.settings.ConnectSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.PrototypeServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Publishes a {@link Connectable} for a configuration: an instance for each component or bundle that uses it. It
 * registers the service itself, because Declarative Services would not take its name from the PID, nor keep the last
 * good values.
 *
 * <p>What an instance needs for TLS is located when it connects. Declarative Services get it at its first use, and keep
 * it until it goes or this component ends: what is used after it was given back may have been deactivated.
 */
@Capability(namespace = "osgi.service", uses = Connectable.class,
        attribute = "objectClass:List<String>=\"io.anyio.api.net.Connectable\"")
@Component(service = {}, configurationPid = ConnectSettings.PID, configurationPolicy = ConfigurationPolicy.REQUIRE,
        reference = {
                @Reference(name = ConfiguredConnectable.TLS, service = Tls.class,
                        cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
                        policyOption = ReferencePolicyOption.GREEDY),
                @Reference(name = ConfiguredConnectable.CONTEXTS, service = TlsContext.class,
                        cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)})
@Designate(ocd = ConnectConfiguration.class, factory = true)
public final class ConfiguredConnectable {
    private static final Report LOG = new Report(ConnectSettings.PID);

    static final String TLS = "tls";
    static final String CONTEXTS = "contexts";

    private final ComponentContext component;
    private final BundleContext bundle;
    private final Owners owners;
    private volatile @Nullable ConnectSettings settings;
    private @Nullable ServiceRegistration<Connectable> service;

    /**
     * Makes it; nothing is published yet.
     *
     * @param component publishes the service by its bundle, and finds TLS
     * @param owners give each user an owner
     */
    @Activate
    public ConfiguredConnectable(ComponentContext component, @Reference Owners owners) {
        this.component = component;
        this.bundle = component.getBundleContext();
        this.owners = owners;
    }

    /** A configuration that cannot be used is logged, and what was published before stays. */
    @Activate @Modified
    void configure(Map<String, ?> configuration) {
        Object pid = configuration.get("service.pid");
        try {
            ConnectSettings read = ConnectSettings.of(configuration);
            settings = read;
            Map<String, Object> properties = new HashMap<>();
            properties.put(Connectable.NAME, read.name());
            if (pid != null) {
                properties.put("service.pid", pid);
            }
            publish(FrameworkUtil.asDictionary(properties));
        } catch (InvalidConfigurationException e) {
            LOG.log(System.Logger.Level.ERROR, null, "The configuration ", pid,
                    service == null ? " is no Connectable: " : " leaves its Connectable as it was: ", e.getMessage());
        }
    }

    private void publish(Dictionary<String, Object> properties) {
        if (service == null) {
            service = bundle.registerService(Connectable.class, new Instances(), properties);
        } else {
            service.setProperties(properties);
        }
    }

    @Deactivate
    void withdraw() {
        ServiceRegistration<Connectable> published = service;
        if (published != null) {
            service = null;
            published.unregister();
        }
    }

    private final class Instances implements PrototypeServiceFactory<Connectable> {
        @Override
        public Connectable getService(Bundle user, ServiceRegistration<Connectable> registration) {
            return new Instance(Users.open(owners, user, "Connectable"));
        }

        @Override
        public void ungetService(Bundle user, ServiceRegistration<Connectable> registration, Connectable instance) {
            ((Instance) instance).owner.close();
        }
    }

    private final class Instance implements Connectable {
        private final Owner owner;
        private final OwnedNetwork network;

        Instance(Owner owner) {
            this.owner = owner;
            this.network = new OwnedNetwork(owner, () -> component.locateService(TLS));
        }

        @Override
        public SocketStream connect() throws IOException {
            owner.checkOpen(); // else it would report that there is no TLS any more
            ConnectSettings now = Objects.requireNonNull(settings);
            Connectable target = target(now);
            Duration timeout = now.timeout();
            return timeout == null ? target.connect() : inTime(target, timeout);
        }

        private Connectable target(ConnectSettings now) {
            if (!now.path().isEmpty()) {
                return new UnixConnectable(network, Path.of(now.path()));
            }
            ConnectOptions options = now.tls().isEmpty()
                    ? ConnectOptions.DEFAULT
                    : ConnectOptions.DEFAULT.tls(keys(now.tls())::client);
            return new TcpConnectable(network, now.host(), now.port(), options);
        }
    }

    private static SocketStream inTime(Connectable target, Duration timeout) throws IOException {
        TaskContext task = TaskContext.current("Connectable.connect");
        CancelScope scope = task.openCancelScope(ScopeOptions.DEFAULT.timeout(timeout));
        SocketStream stream = scope.<@Nullable SocketStream, IOException>call(target::connect, null);
        if (stream == null) {
            task.failIfTimedOut(scope);
        }
        return Objects.requireNonNull(stream);
    }

    /** The context of a name that ranks highest. */
    private TlsContext keys(String name) {
        return contexts().stream().filter(each -> name.equals(each.getProperty(TlsContext.NAME)))
                .sorted(Comparator.reverseOrder()).map(each -> component.locateService(CONTEXTS, each))
                .filter(Objects::nonNull).findFirst()
                .orElseThrow(() -> new IllegalStateException("There is no TLS context '" + name
                        + "': register a service " + TlsContext.class.getName() + " with " + TlsContext.NAME + "="
                        + name + ", or change the key tls of " + ConnectSettings.PID));
    }

    private Collection<ServiceReference<TlsContext>> contexts() {
        try {
            return bundle.getServiceReferences(TlsContext.class, null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e); // there is no filter
        }
    }
}
