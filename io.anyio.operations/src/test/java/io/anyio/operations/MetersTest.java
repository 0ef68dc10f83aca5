package io.anyio.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.debug.LimiterDTO;
import io.anyio.proof.Proves;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MetersTest {
    private final Stage stage = new Stage();
    private final MetersComponent meters = new MetersComponent(stage.monitor);

    private static Map<String, Double> read(SimpleMeterRegistry registry) {
        Map<String, Double> values = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            meter.measure().forEach(one -> values.put(meter.getId().getName(), one.getValue()));
        }
        return values;
    }

    @Test @Proves("OP-36")
    void eachRegistryHasTheFiguresOfTheMomentInWhichItIsRead() {
        SimpleMeterRegistry one = new SimpleMeterRegistry();
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        meters.bindTo(one);
        meters.bindTo(one);
        meters.bindTo(other);
        assertEquals(0.0, read(one).get("anyio.tasks"));
        stage.loop("org.example.one", 5, true, 1, new LimiterDTO(40, 40, 3));
        stage.loop("org.example.two", 7, false, 2, new LimiterDTO(10, 1, 0));
        stage.serve();
        Map<String, Double> wanted = new TreeMap<>(Map.of("anyio.loops", 2.0, "anyio.loops.stalled", 1.0,
                "anyio.tasks", 12.0, "anyio.stragglers", 3.0, "anyio.workers.borrowed", 41.0, "anyio.workers.total",
                50.0, "anyio.workers.waiting", 3.0, "anyio.limiters.saturated", 1.0));
        wanted.putAll(Map.of("anyio.listeners", 2.0, "anyio.listeners.failed", 2.0, "anyio.connections", 3.0,
                "anyio.connections.accepted", 9.0, "anyio.connections.failures", 3.0));
        assertEquals(wanted, read(one));
        assertEquals(wanted, read(other));
    }

    @Test @Proves("OP-37")
    void theMetersLeaveTheirRegistriesWithTheBundle() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        registry.counter("of.the.user").increment();
        meters.bindTo(registry);
        meters.release();
        assertEquals(Map.of("of.the.user", 1.0), read(registry));
    }

    @Test @Proves("OP-36")
    void aCounterNeverGoesDown() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        meters.bindTo(registry);
        stage.serve();
        assertEquals(9.0, read(registry).get("anyio.connections.accepted"));
        stage.whiteboard = null;
        assertEquals(9.0, read(registry).get("anyio.connections.accepted"));
        assertEquals(3.0, read(registry).get("anyio.connections.failures"));
        stage.serve();
        assertEquals(18.0, read(registry).get("anyio.connections.accepted"));
    }

    @Test @Proves("OP-37")
    void soDoMetersThatAreBoundWhileItStops() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        AtomicInteger added = new AtomicInteger();
        registry.config().onMeterAdded(_ -> {
            if (added.incrementAndGet() == 5) {
                meters.release();
            }
        });
        meters.bindTo(registry);
        assertEquals(Map.of(), read(registry));
        meters.bindTo(registry);
        assertEquals(Map.of(), read(registry));
    }

    @Test @Proves("OP-37")
    void soDoThoseOfARegistryThatRefusesSome() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        registry.counter("anyio.tasks").increment();
        assertThrows(IllegalArgumentException.class, () -> meters.bindTo(registry));
        meters.release();
        assertEquals(Map.of("anyio.tasks", 1.0), read(registry));
    }

    @Test @Proves("OP-37")
    void aRegistryThatThrowsKeepsNoOtherMeter() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        meters.bindTo(registry);
        registry.config().onMeterRemoved(_ -> {
            throw new IllegalStateException("made by a test");
        });
        meters.release();
        assertEquals(Map.of(), read(registry));
    }
}
