package io.anyio.examples;

import io.anyio.api.AnyIO;
import io.anyio.api.task.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** The code of {@code docs/remote-services.md}: bundles of two frameworks, run by {@code RemoteServicesIT}. */
public final class RemoteServicesExamples {
    private RemoteServicesExamples() {}

    /** What one framework calls in another. */
    public interface Prices {
        /** What the items cost together. */
        long total(List<String> items);
    }

    /** The service of the one framework. */
    @Component(name = "prices", configurationPolicy = ConfigurationPolicy.REQUIRE, property = {
            "service.exported.interfaces=*", "service.exported.configs=aries.tcp"})
    public static final class PriceServer implements Prices {
        private static final Map<String, Long> KNOWN = Map.of("bread", 3L, "milk", 2L);

        private final EventLoop loop;

        /** Listens to nobody: Remote Service Admin does, when the service is registered. */
        @Activate
        public PriceServer(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public long total(List<String> items) {
            return loop.call(() -> AnyIO.map(items, 10, this::price)).stream().mapToLong(Long::longValue).sum();
        }

        private long price(String item) {
            AnyIO.sleep(Duration.ofMillis(1));
            if (item.equals("gold")) {
                AnyIO.sleepForever();
            }
            return KNOWN.getOrDefault(item, 0L);
        }
    }

    /** Who calls it, in the other framework. */
    @Component
    public static final class Shop implements ToLongFunction<List<String>> {
        private final EventLoop loop;
        private final Prices prices;

        /** Starts when the other framework has been found. */
        @Activate
        public Shop(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop, @Reference Prices prices) {
            this.loop = loop;
            this.prices = prices;
        }

        @Override
        public long applyAsLong(List<String> items) {
            return loop.call(() -> AnyIO.failAfter(Duration.ofSeconds(2), () -> AnyIO
                    .runInWorkerThread(() -> prices.total(items), options -> options.cancellable(true))));
        }
    }
}
