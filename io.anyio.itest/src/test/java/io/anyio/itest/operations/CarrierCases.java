package io.anyio.itest.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.anyio.api.AnyIO;
import io.anyio.api.task.ContextCarrier;
import io.anyio.api.task.EventLoop;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.inject.Inject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A carrier as a service: run in each framework. */
abstract class CarrierCases {
    private static final ThreadLocal<String> VALUE = new ThreadLocal<>();

    @Inject
    BundleContext context;

    @Inject
    EventLoop loop;

    private static final class ValueCarrier implements ContextCarrier {
        final AtomicInteger undone = new AtomicInteger();

        @Override
        public Object capture() {
            return VALUE.get();
        }

        @Override
        public Runnable restore(Object captured) {
            VALUE.set((String) captured);
            return () -> {
                VALUE.remove();
                undone.incrementAndGet();
            };
        }
    }

    @Test @Proves("OP-29")
    void aCarrierCountsFromItsRegistrationToItsUnregistration(TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", loop.backend());
        VALUE.set("caller");
        try {
            assertNull(loop.call(VALUE::get));
            ValueCarrier carrier = new ValueCarrier();
            ServiceRegistration<?> registration = context.registerService(ContextCarrier.class, carrier, null);
            assertEquals("caller", loop.call(VALUE::get));
            assertEquals("caller", loop.call(() -> AnyIO.runInWorkerThread(VALUE::get)));
            CountDownLatch inside = new CountDownLatch(1);
            TaskHandle<?> task = loop.spawn("long", () -> {
                inside.countDown();
                AnyIO.sleepForever();
            });
            inside.await();
            int before = carrier.undone.get();
            registration.unregister();
            assertNull(loop.call(VALUE::get));
            task.cancel();
            loop.run(task::awaitEnd);
            assertEquals(before + 1, carrier.undone.get());
        } finally {
            VALUE.remove();
        }
    }
}
