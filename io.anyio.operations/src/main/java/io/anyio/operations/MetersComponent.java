package io.anyio.operations;

import io.anyio.api.debug.LimiterDTO;
import io.anyio.api.spi.error.Report;
import io.anyio.api.whiteboard.ListenerDTO;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.ToDoubleFunction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Publishes a {@link MeterBinder}, for whoever has a registry of Micrometer. The meters leave their registries when
 * this bundle stops: a registry outlives it, and would keep its class loader.
 */
@Component(service = MeterBinder.class)
public final class MetersComponent implements MeterBinder {
    private static final Report LOG = new Report("io.anyio.operations");

    private final Monitor monitor;
    private final Total accepted = new Total(ListenerDTO::accepted);
    private final Total failures = new Total(ListenerDTO::failures);

    /** Guarded by itself. */
    private final Map<MeterRegistry, Set<Meter.Id>> bound = new WeakHashMap<>();

    /** Guarded by {@code bound}. */
    private boolean released;

    /**
     * Makes the binder.
     *
     * @param monitor reads the figures
     */
    @Activate
    public MetersComponent(@Reference Monitor monitor) {
        this.monitor = monitor;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "anyio.loops", "Event loops", now -> now.loops().size());
        gauge(registry, "anyio.loops.stalled", "Event loops that a task keeps busy for too long",
                now -> now.stalled().size());
        gauge(registry, "anyio.tasks", "Tasks that have started and not ended", Figures::tasks);
        gauge(registry, "anyio.stragglers", "Tasks that have outlived the grace of a stop", Figures::stragglers);
        gauge(registry, "anyio.workers.borrowed", "Functions in worker threads",
                now -> now.workers(LimiterDTO::borrowed));
        gauge(registry, "anyio.workers.total", "Functions that may be in worker threads at the same time",
                now -> now.workers(LimiterDTO::total));
        gauge(registry, "anyio.workers.waiting", "Tasks that wait for a worker thread",
                now -> now.workers(LimiterDTO::waiting));
        gauge(registry, "anyio.limiters.saturated", "Loops on which tasks wait for a worker thread",
                now -> now.saturated().size());
        gauge(registry, "anyio.listeners", "Servers of the whiteboard", now -> now.listeners().size());
        gauge(registry, "anyio.listeners.failed", "Services that are not served", now -> now.failed().size());
        gauge(registry, "anyio.connections", "Open connections of the whiteboard", Figures::connections);
        counter(registry, "anyio.connections.accepted", "Connections that the whiteboard has accepted", accepted);
        counter(registry, "anyio.connections.failures", "Handlers of the whiteboard that have failed", failures);
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<Figures> figure) {
        keep(registry, Gauge.builder(name, monitor, one -> figure.applyAsDouble(one.read())).description(description)
                .strongReference(true).register(registry));
    }

    private void counter(MeterRegistry registry, String name, String description, Total total) {
        keep(registry, FunctionCounter.builder(name, total, one -> one.after(monitor::read))
                .description(description).register(registry));
    }

    /** Remembers a meter, or removes it if it was made while this ends. */
    private void keep(MeterRegistry registry, Meter meter) {
        synchronized (bound) {
            if (!released) {
                bound.computeIfAbsent(registry, _ -> new HashSet<>()).add(meter.getId());
                return;
            }
        }
        remove(registry, meter.getId());
    }

    /** A registry tells its listeners, which are code of others. */
    private static void remove(MeterRegistry registry, Meter.Id meter) {
        try {
            registry.remove(meter);
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.WARNING, e, "A registry of Micrometer failed when the meter ", meter.getName(),
                    " was removed");
        }
    }

    @Deactivate
    void release() {
        Map<MeterRegistry, Set<Meter.Id>> left;
        synchronized (bound) {
            released = true;
            left = new HashMap<>(bound);
            bound.clear();
        }
        left.forEach((registry, ids) -> ids.forEach(id -> remove(registry, id)));
    }
}
