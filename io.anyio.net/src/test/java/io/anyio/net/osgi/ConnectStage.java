package io.anyio.net.osgi;

import io.anyio.api.net.Connectable;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.Block;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsContext;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.net.tcp.LogWatch;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.PrototypeServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.ComponentContext;

/** A configured connectable in as much of a framework as it asks for, and a user with a backend. */
final class ConnectStage implements AutoCloseable {
    static final String PID = "io.anyio.net.connect~db";

    final LogWatch log = new LogWatch();
    PrototypeServiceFactory<Connectable> factory;
    Dictionary<?, ?> properties;
    Tls tls;

    private final HolderOwners owners;
    private final Owner owner;
    private final Map<ServiceReference<?>, TlsContext> contexts = new LinkedHashMap<>();

    private final ServiceRegistration<?> registration = fake(ServiceRegistration.class,
            (_, method, arguments) -> {
                if (method.getName().equals("unregister")) {
                    factory = null;
                } else {
                    properties = (Dictionary<?, ?>) arguments[0];
                }
                return null;
            });
    private final BundleContext bundle = fake(BundleContext.class, (_, method, arguments) -> switch (method
            .getName()) {
        case "registerService" -> register(arguments);
        case "getServiceReferences" -> contexts.keySet();
        default -> throw new UnsupportedOperationException(method.getName());
    });
    private final ComponentContext context = fake(ComponentContext.class, (_, method, arguments) -> switch (method
            .getName()) {
        case "getBundleContext" -> bundle;
        case "locateService" -> arguments.length == 1 ? tls : contexts.get(arguments[1]);
        default -> throw new UnsupportedOperationException(method.getName());
    });
    final Bundle user = fake(Bundle.class, (_, method, _) -> switch (method.getName()) {
        case "getState" -> Bundle.ACTIVE;
        case "getBundleId" -> 7L;
        case "getSymbolicName" -> "user.bundle";
        case "getBundleContext" -> bundle;
        case "adapt" -> null;
        default -> throw new UnsupportedOperationException(method.getName());
    });
    final ConfiguredConnectable component;

    ConnectStage(String backend) {
        owners = new HolderOwners(new LoopRuntime(), Duration.ofSeconds(5), LoopOptions.DEFAULT.backend(backend));
        owner = owners.open("Test", new Holder(7, "user.bundle", null, () -> false));
        component = new ConfiguredConnectable(context, owners);
    }

    @Override
    public void close() {
        log.close();
        owners.close();
    }

    @SuppressWarnings("unchecked")
    private Object register(Object... arguments) {
        factory = (PrototypeServiceFactory<Connectable>) arguments[1];
        properties = (Dictionary<?, ?>) arguments[2];
        return registration;
    }

    /** Makes a context known; one that is null cannot be got. */
    void provide(String name, int ranking, TlsContext keys) {
        contexts.put(fake(ServiceReference.class, (_, method, arguments) -> switch (method.getName()) {
            case "getProperty" -> arguments[0].equals(TlsContext.NAME) ? name : ranking;
            case "compareTo" -> Integer.compare(ranking,
                    (Integer) ((ServiceReference<?>) arguments[0]).getProperty("service.ranking"));
            default -> throw new UnsupportedOperationException(method.getName());
        }), keys);
    }

    void configure(Object... values) {
        Map<String, Object> configuration = new HashMap<>(Map.of("service.pid", PID, "component.id", 3L));
        for (int i = 0; i < values.length; i += 2) {
            configuration.put((String) values[i], values[i + 1]);
        }
        component.configure(configuration);
    }

    Connectable get() {
        return factory.getService(user, null);
    }

    void inATask(Block<Exception> block) throws Exception {
        owner.call(() -> {
            block.run();
            return null;
        });
    }

    private static <T> T fake(Class<T> type, InvocationHandler behaviour) {
        return type.cast(Proxy.newProxyInstance(ConnectStage.class.getClassLoader(), new Class<?>[]{type},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> behaviour.invoke(proxy, method, arguments);
                }));
    }
}
