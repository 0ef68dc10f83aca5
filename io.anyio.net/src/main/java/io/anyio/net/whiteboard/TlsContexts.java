package io.anyio.net.whiteboard;

import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsContext;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.net.tls.EncryptingListener;
import io.anyio.net.tls.NoSessionException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * The TLS contexts and the service TLS that are there. It learns of them under the lock of the board, which decides by
 * {@link #missing} who is served; tasks look up at each handshake what is the best then. Services are obtained and
 * given back outside of the lock, because that calls code of others.
 */
final class TlsContexts {
    private final BundleContext context;
    private final Set<ServiceReference<?>> providers = ConcurrentHashMap.newKeySet();
    private final Map<ServiceReference<?>, String> names = new ConcurrentHashMap<>();
    private final Map<ServiceReference<?>, Object> used = new ConcurrentHashMap<>();

    TlsContexts(BundleContext context) {
        this.context = context;
    }

    void changed(ServiceReference<?> reference) {
        if (ServiceProperties.types(reference).contains(Tls.class.getName())) {
            providers.add(reference);
        }
        if (reference.getProperty(TlsContext.NAME) instanceof String name && !name.isEmpty()) {
            names.put(reference, name);
        } else {
            names.remove(reference);
        }
    }

    /** Forgets a service; returns whether it is to be given back. */
    boolean gone(ServiceReference<?> reference) {
        providers.remove(reference);
        names.remove(reference);
        return used.remove(reference) != null;
    }

    void giveBack(ServiceReference<?> reference) {
        try {
            context.ungetService(reference);
        } catch (IllegalStateException _) {
            // our bundle has stopped, and the framework has released it
        }
    }

    /** Lets go of all. What a task obtains meanwhile, it gives back. */
    void close() {
        providers.clear();
        names.clear();
        List.copyOf(used.keySet()).stream().filter(this::gone).forEach(this::giveBack);
    }

    private @Nullable ServiceReference<?> provider() {
        return best(providers.stream());
    }

    private @Nullable ServiceReference<?> named(String name) {
        return best(names.entrySet().stream().filter(entry -> entry.getValue().equals(name)).map(Map.Entry::getKey));
    }

    private static @Nullable ServiceReference<?> best(Stream<ServiceReference<?>> references) {
        return references.max(Comparator.naturalOrder()).orElse(null);
    }

    /** What is missing for a name, and the remedy. */
    Optional<String> missing(String name) {
        if (provider() == null) {
            return Optional.of("there is no service " + Tls.class.getName() + ": start the bundle io.anyio.tls");
        }
        return named(name) == null
                ? Optional.of("there is no " + text(name) + ": register a service " + TlsContext.class.getName()
                        + " with " + TlsContext.NAME + "=" + name + ", or change the name")
                : Optional.empty();
    }

    private static String text(String name) {
        return "TLS context '" + name + "'";
    }

    /**
     * Obtains what is needed for a name, so that handshakes need not.
     *
     * @throws NotServedException if a component cannot be activated
     */
    void obtain(String name) {
        if (!name.isEmpty()) {
            try {
                get(provider(), Tls.class.getName());
                get(named(name), text(name));
            } catch (NoSessionException _) {
                // it has just gone: the event that closes the end point follows
            }
        }
    }

    /**
     * How a connection is encrypted now.
     *
     * @throws NotServedException if a component cannot be activated
     * @throws NoSessionException if something has just gone
     */
    EncryptingListener.Session session(String name) {
        Tls tls = (Tls) get(provider(), Tls.class.getName());
        TlsContext keys = (TlsContext) get(named(name), text(name));
        return new EncryptingListener.Session(tls, keys.listener(TlsListenerOptions.DEFAULT));
    }

    private Object get(@Nullable ServiceReference<?> reference, String what) {
        Object service = reference == null ? null : getOrNull(reference);
        if (service != null) {
            return service;
        }
        if (reference == null || !isThere(reference)) {
            throw new NoSessionException("The " + what + " has just gone");
        }
        throw new NotServedException(FailureCode.NO_TLS, "the " + what + " cannot be obtained: its component cannot be "
                + "activated, the log of Declarative Services tells why", null);
    }

    private @Nullable Object getOrNull(ServiceReference<?> reference) {
        Object known = used.get(reference);
        if (known != null) {
            return known;
        }
        Object service = context.getService(reference);
        if (service != null && used.putIfAbsent(reference, service) != null) {
            giveBack(reference);
        }
        if (!isThere(reference) && used.remove(reference) != null) {
            giveBack(reference);
        }
        return service;
    }

    private boolean isThere(ServiceReference<?> reference) {
        return providers.contains(reference) || names.containsKey(reference);
    }
}
