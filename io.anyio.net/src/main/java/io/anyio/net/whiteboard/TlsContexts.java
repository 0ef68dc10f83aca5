package io.anyio.net.whiteboard;

import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsContext;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.net.tls.EncryptingListener;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * The TLS contexts and the service TLS that are there. It learns of them under the lock of the board, which decides by
 * {@link #missing} who is served; tasks look up at each handshake what is the best then.
 */
final class TlsContexts {
    /** The better one first, as the framework orders services. */
    static final Comparator<ServiceReference<?>> BEST_FIRST = Comparator
            .<ServiceReference<?>>comparingInt(TlsContexts::ranking).reversed().thenComparingLong(TlsContexts::id);

    private final BundleContext context;
    private final Map<ServiceReference<?>, String> names = new ConcurrentHashMap<>();
    private final Map<ServiceReference<?>, Object> used = new ConcurrentHashMap<>();

    TlsContexts(BundleContext context) {
        this.context = context;
    }

    static int ranking(ServiceReference<?> reference) {
        return reference.getProperty(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0;
    }

    static long id(ServiceReference<?> reference) {
        return reference.getProperty(Constants.SERVICE_ID) instanceof Long id ? id : Long.MAX_VALUE;
    }

    private static boolean isTls(ServiceReference<?> reference) {
        return reference.getProperty(Constants.OBJECTCLASS) instanceof String[] types
                && List.of(types).contains(Tls.class.getName());
    }

    void changed(ServiceReference<?> reference) {
        if (isTls(reference)) {
            names.put(reference, "");
        } else if (reference.getProperty(TlsContext.NAME) instanceof String name && !name.isEmpty()) {
            names.put(reference, name);
        } else {
            names.remove(reference);
        }
    }

    void gone(ServiceReference<?> reference) {
        names.remove(reference);
        if (used.remove(reference) != null) {
            try {
                context.ungetService(reference);
            } catch (IllegalStateException _) {
                // our bundle has stopped, and the framework has released it
            }
        }
    }

    /** Lets go of all. */
    void close() {
        List.copyOf(used.keySet()).forEach(this::gone);
        names.clear();
    }

    private @Nullable ServiceReference<?> best(String name) {
        return names.entrySet().stream().filter(entry -> entry.getValue().equals(name)).map(Map.Entry::getKey)
                .min(BEST_FIRST).orElse(null);
    }

    /** What is missing for a name, and the remedy. */
    Optional<String> missing(String name) {
        if (best("") == null) {
            return Optional.of("there is no service " + Tls.class.getName() + ": start the bundle io.anyio.tls");
        }
        return best(name) == null
                ? Optional.of("there is no TLS context '" + name + "': register a service " + TlsContext.class.getName()
                        + " with " + TlsContext.NAME + "=" + name + ", or change the name")
                : Optional.empty();
    }

    /** How a connection is encrypted now. */
    EncryptingListener.Session session(String name) {
        Tls tls = (Tls) get(best(""), Tls.class.getName());
        TlsContext keys = (TlsContext) get(best(name), "TLS context '" + name + "'");
        return new EncryptingListener.Session(tls, keys.listener(TlsListenerOptions.DEFAULT));
    }

    private Object get(@Nullable ServiceReference<?> reference, String what) {
        Object service = reference == null ? null : used.get(reference);
        if (service == null && reference != null) {
            service = context.getService(reference);
            if (service != null && used.putIfAbsent(reference, service) != null) {
                context.ungetService(reference);
            }
            if (!names.containsKey(reference)) {
                gone(reference); // it went meanwhile
            }
        }
        if (service == null) {
            throw new IllegalStateException("The " + what + " has just gone");
        }
        return service;
    }
}
