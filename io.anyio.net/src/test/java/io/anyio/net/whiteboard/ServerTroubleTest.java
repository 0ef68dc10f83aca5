package io.anyio.net.whiteboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.Reactor;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Clock;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.api.whiteboard.ListenerKind;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.net.FaultyOwner;
import io.anyio.net.settings.Endpoint;
import io.anyio.net.settings.EndpointSettings;
import io.anyio.net.whiteboard.FakeFramework.Service;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** A server of the whiteboard that cannot listen, or not for long: what it reports, and when it tries again. */
@Timeout(60)
class ServerTroubleTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final FakeFramework framework = new FakeFramework();
    private final LoopRuntime runtime = new LoopRuntime();
    private final HolderOwners owners = new HolderOwners(runtime, LONG);
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Logger log = Logger.getLogger("user.bundle");
    private final List<Logger> quiet = List.of(log, Logger.getLogger("io.anyio.impl.loop.Breakage"));

    @BeforeEach
    void listen() {
        Filter filter = entry -> told.add(entry.getMessage()) && false;
        quiet.forEach(logger -> logger.setFilter(filter));
    }

    @AfterEach
    void nothingIsLeft() {
        quiet.forEach(logger -> logger.setFilter(null));
        owners.close();
        assertEquals(0, framework.handlersInUse.get());
    }

    private Service service(ConnectionHandler handler) {
        return framework.service(handler, Map.of("anyio.tcp.port", 0, "anyio.tcp.host", "127.0.0.1"));
    }

    private StreamServer open(Owners opening) {
        Service service = service(stream -> stream.send(new byte[]{7}));
        return Servers.open(framework, opening, service);
    }

    private Owners each(UnaryOperator<Owner> change) {
        return (service, holder) -> change.apply(owners.open(service, holder));
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertTrue(!Thread.interrupted(), "in time");
            Thread.onSpinWait();
        }
    }

    private static void assertServes(StreamServer server) throws IOException {
        await(() -> server.port().isPresent());
        try (Socket client = new Socket(InetAddress.getByName("127.0.0.1"), server.port().orElseThrow())) {
            // a read is not interrupted by the timeout of the test
            client.setSoTimeout((int) LONG.toMillis());
            assertEquals(7, client.getInputStream().read());
        }
        assertEquals(Optional.empty(), server.trouble());
    }

    // ---- the first attempt

    @Test
    void aPortThatIsBusyOnceIsNoWarning() {
        try (Owner owner = owners.open("Listeners", new Holder(17, "user.bundle", null, () -> false))) {
            Attempts<Closeable> attempts = new Attempts<>(owner, "Echo", new Endpoint(ListenerKind.TCP, "", 7007),
                    () -> {});
            BindException busy = new BindException("Address already in use");
            attempts.refused(busy);
            assertEquals(List.of(), told);
            assertEquals(FailureCode.BUSY, attempts.trouble().orElseThrow().code());
            attempts.refused(busy);
            attempts.refused(busy);
            assertEquals(1, told.size(), told.toString());
        }
    }

    @Test
    void aFirstAttemptThatFailsForAnyReasonIsMadeAgain() throws IOException {
        StreamServer server = open(each(owner -> {
            FaultyOwner faulty = new FaultyOwner(owner);
            faulty.failAt(0);
            return faulty.asOwner();
        }));
        assertServes(server);
        assertEquals(2, told.size(), told.toString());
        assertTrue(told.getFirst().contains("does not listen, and tries again until it does"), told.toString());
        assertTrue(told.getLast().contains(" listens"), told.toString());
        server.close();
    }

    /** The port is not free any more then, unless the listener is closed. */
    @Test
    void anAttemptThatFailsAfterItHasItsPortLetsGoOfIt() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        AtomicBoolean failed = new AtomicBoolean();
        Service service = framework.service(stream -> stream.send(new byte[]{7}),
                Map.of("anyio.tcp.port", port, "anyio.tcp.host", "127.0.0.1"));
        StreamServer server = Servers.open(framework, each(owner -> proxy(Owner.class, owner, "holder", () -> {
            if (failed.compareAndSet(false, true)) {
                throw new IllegalStateException("made by a test");
            }
            return owner.holder();
        })), service);
        assertServes(server);
        assertEquals(2, told.size(), told.toString());
        server.close();
    }

    @Test
    void theCancellationOfWhoRegistersTheServiceIsNoTrouble() throws IOException {
        StreamServer[] server = new StreamServer[1];
        AnyIO.run(() -> {
            CancelScope scope = AnyIO.openCancelScope();
            scope.cancel();
            scope.run(() -> server[0] = open(owners));
        });
        assertServes(server[0]);
        assertEquals(1, told.size(), told.toString());
        server[0].close();
    }

    @Test
    void aCandidateThatCannotEvenFailIsSettledLater() {
        Service service = service(_ -> {});
        AtomicInteger opens = new AtomicInteger();
        Candidate candidate = new Candidate(new Candidate.Opener() {
            @Override
            public Server<?> open(ServiceReference<?> reference, Bundle bundle, EndpointSettings settings) {
                opens.incrementAndGet();
                throw new IllegalStateException("made by a test");
            }

            @Override
            public void fail(Candidate candidate, Wish tried, Throwable error) {
                throw new IllegalStateException("made by a test");
            }
        }, service.reference, "", Servers.settings(service).endpoint());
        candidate.wish = new Wish.Serve(Servers.settings(service));
        candidate.settle();
        candidate.settle();
        assertEquals(2, opens.get());
    }

    // ---- a loop that breaks

    /** The system's clock until it fails, for the loop only. */
    private static final class FailingClock implements Clock {
        private volatile boolean fails;

        @Override
        public long nanoTime() {
            if (fails && !Thread.currentThread().isVirtual()) {
                throw new IllegalStateException("made by a test");
            }
            return System.nanoTime();
        }

        @Override
        public Ticker attach(Runnable wakeup) {
            return new Ticker() {
                @Override
                public long waitNanos(long deadline) {
                    return Math.min(1_000_000, Math.max(0, deadline - System.nanoTime()));
                }

                @Override
                public long quiet(long deadline, long quietNanos, boolean ran) {
                    return Long.MAX_VALUE;
                }

                @Override
                public void detach() {}
            };
        }
    }

    @Test
    void aServerWhoseLoopBrokeIsNotListedAsListening() throws Exception {
        FailingClock clock = new FailingClock();
        HolderOwners broken = new HolderOwners(runtime, LONG, LoopOptions.DEFAULT.clock(clock));
        StreamServer server = open(broken);
        assertServes(server);
        clock.fails = true;
        await(() -> server.port().isEmpty());
        await(() -> server.trouble().isPresent());
        assertTrue(server.trouble().orElseThrow().text().contains("the event loop broke"), told.toString());
        await(() -> framework.handlersInUse.get() == 0);
        server.close();
        broken.close();
    }

    /** The service stays registered, so its missing server must be reported. */
    @Test
    void aServiceWhoseLoopBrokeBeforeIsListedAsFailed() throws Exception {
        FailingClock clock = new FailingClock();
        HolderOwners broken = new HolderOwners(runtime, LONG, LoopOptions.DEFAULT.clock(clock));
        Board whiteboard = new Board(framework.context, broken, Map.of());
        whiteboard.open();
        Service first = service(_ -> {});
        first.register();
        clock.fails = true;
        await(() -> whiteboard.listeners().isEmpty());
        Service second = service(_ -> {});
        second.register();
        assertEquals(List.of(1L, 2L),
                whiteboard.failedListeners().stream().map(failed -> failed.serviceId()).toList());
        // the second one may have got another loop, which breaks as well
        assertEquals(List.of(FailureCode.BROKEN, FailureCode.BROKEN),
                whiteboard.failedListeners().stream().map(failed -> failed.code()).toList());
        whiteboard.close();
        broken.close();
    }

    // ---- a task that is cancelled

    /** As the command {@code anyio:cancel} does. */
    @Test
    void aServerWhoseTaskIsCancelledLetsGoOfAllAndIsReplacedAtTheNextChange() throws Exception {
        List<TaskHandle<?>> tasks = new CopyOnWriteArrayList<>();
        List<Owner> opened = new CopyOnWriteArrayList<>();
        Board whiteboard = new Board(framework.context, each(owner -> {
            opened.add(owner);
            return proxy(Owner.class, owner, "spawn", result -> tasks.add((TaskHandle<?>) result));
        }), Map.of());
        whiteboard.open();
        Service service = service(stream -> stream.send(new byte[]{7})).register();
        tasks.getLast().cancel("by a test");
        await(() -> !whiteboard.failedListeners().isEmpty());
        assertEquals(FailureCode.BROKEN, whiteboard.failedListeners().getFirst().code());
        await(() -> framework.handlersInUse.get() == 0);
        assertTrue(opened.getLast().isStopping());
        service.modify(Map.of("anyio.tcp.port", 0, "anyio.tcp.host", "127.0.0.1", "anyio.tcp.idleTimeout", "1h"));
        assertEquals(List.of(1, 0), List.of(whiteboard.listeners().size(), whiteboard.failedListeners().size()));
        tasks.getLast().cancel("by a test");
        await(() -> framework.handlersInUse.get() == 0);
        service.modify(Map.of("anyio.tcp.port", 0, "anyio.tcp.host", "127.0.0.1", "anyio.tcp.backlog", 5));
        assertEquals(1, whiteboard.listeners().size());
        assertEquals(3, opened.size());
        whiteboard.close();
    }

    // ---- one that fails as soon as it serves

    /** Nothing can be waited for; counts how often that was tried. */
    private static Owner deaf(Owner owner, CountDownLatch rounds) {
        Reactor reactor = channel -> {
            RegisteredChannel registered = owner.reactor().register(channel);
            return proxy(RegisteredChannel.class, registered, "awaitReadable", () -> {
                rounds.countDown();
                throw new IllegalStateException("made by a test");
            });
        };
        return proxy(Owner.class, owner, "reactor", () -> reactor);
    }

    private interface Instead {
        Object call();
    }

    private static <T> T proxy(Class<T> type, T of, String name, Instead instead) {
        return proxy(type, (method, arguments) -> method.getName().equals(name)
                ? instead.call()
                : method.invoke(of, arguments));
    }

    private static <T> T proxy(Class<T> type, T of, String name, Consumer<Object> observer) {
        return proxy(type, (method, arguments) -> {
            Object result = method.invoke(of, arguments);
            if (method.getName().equals(name)) {
                observer.accept(result);
            }
            return result;
        });
    }

    private interface Behaviour {
        Object invoke(Method method, Object[] arguments) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Behaviour behaviour) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (_, method, arguments) -> {
            try {
                return behaviour.invoke(method, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    /** The pauses are 50, 100, 200 and 400 ms. */
    @Test
    void aServerThatFailsAtOnceTriesMoreAndMoreSeldomAndTellsOnce() throws Exception {
        long before = System.nanoTime();
        CountDownLatch rounds = new CountDownLatch(5);
        StreamServer server = open(each(owner -> deaf(owner, rounds)));
        rounds.await();
        long took = System.nanoTime() - before;
        server.close();
        assertTrue(took >= Duration.ofMillis(750).toNanos(), () -> "five rounds took " + took + " ns");
        assertEquals(List.of(1L, 1L),
                List.of(told.stream().filter(text -> text.endsWith(" listens")).count(),
                        told.stream().filter(text -> text.contains("is interrupted, and listens again")).count()),
                told.toString());
    }
}
