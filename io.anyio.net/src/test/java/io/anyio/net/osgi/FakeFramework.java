package io.anyio.net.osgi;

import io.anyio.api.net.ConnectionHandler;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;

/**
 * As much of a framework as the whiteboard asks for; events are delivered on the thread and in the order that a test
 * wants.
 */
final class FakeFramework {
    final Set<Service> services = ConcurrentHashMap.newKeySet();
    final AtomicInteger handlersInUse = new AtomicInteger();
    final BundleContext context = fake(BundleContext.class, (_, method, arguments) -> switch (method.getName()) {
        case "addServiceListener" -> {
            listener = (ServiceListener) arguments[0];
            yield null;
        }
        case "removeServiceListener" -> {
            listener = null;
            yield null;
        }
        case "getServiceReferences" -> services.stream().map(service -> service.reference).toList();
        case "getService" -> handler((ServiceReference<?>) arguments[0]);
        case "ungetService" -> handlersInUse.decrementAndGet() >= 0;
        default -> throw new UnsupportedOperationException(method.getName());
    });
    final Bundle bundle = fake(Bundle.class, (_, method, _) -> switch (method.getName()) {
        case "getState" -> Bundle.ACTIVE;
        case "getBundleId" -> 7L;
        case "getSymbolicName" -> "user.bundle";
        case "getBundleContext" -> context();
        case "adapt" -> null;
        default -> throw new UnsupportedOperationException(method.getName());
    });

    private final AtomicLong ids = new AtomicLong();
    private volatile ServiceListener listener;

    private BundleContext context() {
        return context;
    }

    private Object handler(ServiceReference<?> reference) {
        Service service = services.stream().filter(each -> each.reference == reference).findFirst().orElse(null);
        if (service == null) {
            return null;
        }
        ConnectionHandler handler = service.maker.make();
        if (handler != null) {
            handlersInUse.incrementAndGet();
        }
        return handler;
    }

    /** Makes the object of a service when it is asked for. */
    interface Maker {
        ConnectionHandler make();
    }

    final class Service {
        final ServiceReference<ConnectionHandler> reference = reference();
        private final Maker maker;
        private final long id = ids.incrementAndGet();
        private volatile Map<String, Object> properties = Map.of();
        private volatile boolean registered = true;

        Service(Maker maker, Map<String, Object> properties) {
            this.maker = maker;
            change(properties);
            services.add(this);
        }

        void change(Map<String, Object> changed) {
            Map<String, Object> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            all.putAll(changed);
            all.put("service.id", id);
            properties = all;
        }

        @SuppressWarnings("unchecked")
        private ServiceReference<ConnectionHandler> reference() {
            return fake(ServiceReference.class, (_, method, arguments) -> switch (method.getName()) {
                case "getProperty" -> properties.get(arguments[0]);
                case "getPropertyKeys" -> properties.keySet().toArray(String[]::new);
                case "getBundle" -> registered ? bundle : null;
                default -> throw new UnsupportedOperationException(method.getName());
            });
        }

        void deliver(int event) {
            ServiceListener told = listener;
            if (told != null) {
                told.serviceChanged(new ServiceEvent(event, reference));
            }
        }

        Service register() {
            deliver(ServiceEvent.REGISTERED);
            return this;
        }

        void modify(Map<String, Object> changed) {
            change(changed);
            deliver(ServiceEvent.MODIFIED);
        }

        void unregister() {
            deliver(ServiceEvent.UNREGISTERING);
            unregistered();
        }

        void unregistered() {
            services.remove(this);
            registered = false;
        }
    }

    Service service(ConnectionHandler handler, Map<String, Object> properties) {
        return new Service(() -> handler, properties);
    }

    private static <T> T fake(Class<T> type, InvocationHandler behaviour) {
        return type.cast(Proxy.newProxyInstance(FakeFramework.class.getClassLoader(), new Class<?>[]{type},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "toString" -> type.getSimpleName();
                    default -> behaviour.invoke(proxy, method, arguments);
                }));
    }
}
