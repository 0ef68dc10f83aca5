package io.anyio.net.whiteboard;

import io.anyio.api.net.ConnectionHandler;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceObjects;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * As much of a framework as the whiteboard asks for; events are delivered on the thread and in the order that a test
 * wants.
 */
final class FakeFramework {
    final Set<Service> services = ConcurrentHashMap.newKeySet();
    final AtomicInteger handlersInUse = new AtomicInteger();

    /** The properties that the runtime has got, the last one last. */
    final List<Map<String, Object>> announced = new CopyOnWriteArrayList<>();

    /** Code of others that is called when a service is given back. */
    volatile Consumer<Object> onUnget = _ -> {};

    final BundleContext context = fake(BundleContext.class, (_, method, arguments) -> switch (method.getName()) {
        case "addServiceListener" -> {
            listener = (ServiceListener) arguments[0];
            yield null;
        }
        case "removeServiceListener" -> {
            listener = null;
            yield null;
        }
        case "registerService" -> registration((Dictionary<?, ?>) arguments[2]);
        case "getServiceReferences" -> services.stream().filter(service -> service.type == arguments[0])
                .map(service -> service.reference).toList();
        case "getService" -> handler((ServiceReference<?>) arguments[0]);
        case "ungetService" -> {
            onUnget.accept(arguments[0]);
            yield handlersInUse.decrementAndGet() >= 0;
        }
        case "getServiceObjects" -> objects((ServiceReference<?>) arguments[0]);
        default -> throw new UnsupportedOperationException(method.getName());
    });
    final Bundle bundle = fake(Bundle.class, (_, method, _) -> switch (method.getName()) {
        case "getState" -> state();
        case "getBundleId" -> 7L;
        case "getSymbolicName" -> "user.bundle";
        case "getBundleContext" -> context();
        case "adapt" -> null;
        default -> throw new UnsupportedOperationException(method.getName());
    });

    volatile int state = Bundle.ACTIVE;

    private final AtomicLong ids = new AtomicLong();
    private volatile ServiceListener listener;

    private BundleContext context() {
        return context;
    }

    private int state() {
        return state;
    }

    /** The registration of the runtime. */
    private final ServiceReference<?> runtime = fake(ServiceReference.class,
            (_, method, arguments) -> switch (method.getName()) {
                case "getProperty" -> announced.getLast().get(arguments[0]);
                case "getPropertyKeys" -> announced.getLast().keySet().toArray(String[]::new);
                default -> throw new UnsupportedOperationException(method.getName());
            });

    private Object registration(Dictionary<?, ?> properties) {
        announce(properties);
        return fake(ServiceRegistration.class, (_, method, arguments) -> switch (method.getName()) {
            case "setProperties" -> {
                announce((Dictionary<?, ?>) arguments[0]);
                yield null;
            }
            case "unregister" -> null;
            case "getReference" -> runtime;
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private void announce(Dictionary<?, ?> properties) {
        Map<String, Object> copy = new TreeMap<>();
        properties.keys().asIterator().forEachRemaining(key -> copy.put((String) key, properties.get(key)));
        copy.put("service.bundleid", 7L);
        announced.add(copy);
    }

    private Object objects(ServiceReference<?> reference) {
        return fake(ServiceObjects.class, (_, method, _) -> switch (method.getName()) {
            case "getService" -> handler(reference);
            case "ungetService" -> {
                handlersInUse.decrementAndGet();
                yield null;
            }
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private Object handler(ServiceReference<?> reference) {
        Service service = services.stream().filter(each -> each.reference == reference).findFirst().orElse(null);
        if (service == null) {
            return null;
        }
        Object handler = service.maker.make();
        if (handler != null) {
            handlersInUse.incrementAndGet();
        }
        return handler;
    }

    /** Makes the object of a service when it is asked for. */
    interface Maker {
        Object make();
    }

    final class Service {
        final ServiceReference<?> reference = reference();
        private final Class<?> type;
        private final Maker maker;
        private final long id = ids.incrementAndGet();
        private volatile Map<String, Object> properties = Map.of();
        private volatile boolean registered = true;

        Service(Class<?> type, Maker maker, Map<String, Object> properties) {
            this.type = type;
            this.maker = maker;
            change(properties);
            services.add(this);
        }

        Service(Maker maker, Map<String, Object> properties) {
            this(ConnectionHandler.class, maker, properties);
        }

        void change(Map<String, Object> changed) {
            Map<String, Object> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            all.put("objectClass", new String[]{type.getName()});
            all.putAll(changed);
            all.put("service.id", id);
            properties = all;
        }

        private ServiceReference<?> reference() {
            return fake(ServiceReference.class, (_, method, arguments) -> switch (method.getName()) {
                case "getProperty" -> properties.get(arguments[0]);
                case "getPropertyKeys" -> properties.keySet().toArray(String[]::new);
                case "getBundle" -> registered ? bundle : null;
                case "compareTo" -> compare(properties, of(arguments[0]));
                case "getProperties" -> FrameworkUtil.asDictionary(properties);
                default -> throw new UnsupportedOperationException(method.getName());
            });
        }

        private Map<String, Object> of(Object other) {
            return services.stream().filter(each -> each.reference == other).findFirst().orElseThrow().properties;
        }

        /** As the framework does: the one with the lower ranking, or else with the higher id, is less. */
        private static int compare(Map<String, Object> one, Map<String, Object> other) {
            int byRanking = Integer.compare(ranking(one), ranking(other));
            return byRanking == 0
                    ? Long.compare((Long) other.get("service.id"), (Long) one.get("service.id"))
                    : byRanking;
        }

        private static int ranking(Map<String, Object> properties) {
            return properties.get("service.ranking") instanceof Integer ranking ? ranking : 0;
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

        Map<String, Object> properties() {
            return properties;
        }
    }

    Service service(ConnectionHandler handler, Map<String, Object> properties) {
        return new Service(() -> handler, properties);
    }

    <T> Service service(Class<T> type, T object, Map<String, Object> properties) {
        return new Service(type, () -> object, properties);
    }

    /** The end points that the runtime has announced last. */
    List<String> endpoints() {
        return List.of((String[]) announced.getLast().get("anyio.endpoint"));
    }

    long changeCount() {
        return (Long) announced.getLast().get("service.changecount");
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
