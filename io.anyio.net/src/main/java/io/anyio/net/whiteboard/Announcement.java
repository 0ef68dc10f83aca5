package io.anyio.net.whiteboard;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.Whiteboard;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * The registration of the runtime, whose properties follow what is served. Registered by hand, because Declarative
 * Services could not change the properties.
 *
 * <p>The first thread that reports a change works until the properties are those of the last one. A task leaves that to
 * a thread: the framework calls code of others.
 */
final class Announcement {
    /** The properties besides those that are given: of the whiteboard, and of each service. */
    private static final List<String> OTHERS = List.of(Whiteboard.CHANGE_COUNT, Whiteboard.ENDPOINT,
            Constants.OBJECTCLASS, Constants.SERVICE_ID, Constants.SERVICE_BUNDLEID, Constants.SERVICE_SCOPE);

    private volatile Map<String, ?> own;
    private final AtomicInteger work = new AtomicInteger();
    private volatile @Nullable ServiceRegistration<WhiteboardRuntime> registration;
    private volatile @Nullable ServiceReference<WhiteboardRuntime> reference;
    private volatile @Nullable WhiteboardRuntime runtime;
    private Map<String, ?> toldOwn;
    private List<Object> told = List.of(List.of(), List.of());
    private long count;

    Announcement(Map<String, ?> own) {
        this.own = own;
        this.toldOwn = own;
    }

    void open(BundleContext context, WhiteboardRuntime whiteboard) {
        runtime = whiteboard;
        ServiceRegistration<WhiteboardRuntime> its = context.registerService(WhiteboardRuntime.class, whiteboard,
                FrameworkUtil.asDictionary(properties(List.of())));
        reference = its.getReference();
        registration = its;
        changed();
    }

    /** Whether a filter matches the properties of the runtime. */
    boolean matches(Filter target) {
        ServiceReference<WhiteboardRuntime> its = reference;
        if (its == null) {
            return false;
        }
        Map<String, Object> all = new HashMap<>();
        Arrays.stream(its.getPropertyKeys()).filter(OTHERS::contains)
                .forEach(key -> all.put(key, its.getProperty(key)));
        all.putAll(own);
        return target.match(FrameworkUtil.asDictionary(all));
    }

    /** The properties that do not follow what is served; announced with the next change. */
    void change(Map<String, ?> properties) {
        own = properties;
    }

    void close() {
        ServiceRegistration<WhiteboardRuntime> its = registration;
        registration = null;
        if (its != null) {
            try {
                its.unregister();
            } catch (IllegalStateException _) {
                // our bundle has stopped, and the framework has done it
            }
        }
    }

    private Map<String, Object> properties(List<String> endpoints) {
        Map<String, Object> properties = new HashMap<>(own);
        properties.put(Whiteboard.CHANGE_COUNT, count);
        properties.put(Whiteboard.ENDPOINT, endpoints.toArray(String[]::new));
        return properties;
    }

    /** Called after each change. From any thread; it never throws. */
    void changed() {
        if (registration == null || work.getAndIncrement() > 0) {
            return;
        }
        if (TaskContext.currentOrNull() == null) {
            follow();
            return;
        }
        try {
            Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name("anyio-whiteboard")
                    .start(this::follow);
        } catch (Throwable _) {
            follow();
        }
    }

    private void follow() {
        int seen;
        do {
            seen = work.get();
            try {
                announce();
            } catch (Throwable _) {
                // our bundle has stopped, or a listener of the framework has failed
            }
        } while (!work.compareAndSet(seen, 0));
    }

    private void announce() {
        WhiteboardRuntime whiteboard = runtime;
        ServiceRegistration<WhiteboardRuntime> its = registration;
        if (whiteboard == null || its == null) {
            return;
        }
        List<ListenerDTO> servers = whiteboard.listeners();
        List<String> endpoints = servers.stream().map(ListenerDTO::endpoint).toList();
        List<Object> now = List.of(servers.stream().map(Announcement::identity).toList(),
                whiteboard.failedListeners().stream().map(Announcement::identity).toList());
        boolean news = !now.equals(told);
        Map<String, ?> properties = own;
        if (news || properties != toldOwn) {
            told = now;
            toldOwn = properties;
            count += news ? 1 : 0;
            its.setProperties(FrameworkUtil.asDictionary(properties(endpoints)));
        }
    }

    private static Object identity(ListenerDTO server) {
        return List.of(server.endpoint(), server.serviceId(), server.pid(), server.tls());
    }

    private static Object identity(FailedListenerDTO failed) {
        return List.of(failed.code(), Optional.ofNullable(failed.kind()), failed.endpoint(), failed.serviceId(),
                failed.pid(), failed.reason());
    }
}
