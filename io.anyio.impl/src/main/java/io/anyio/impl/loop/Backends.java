package io.anyio.impl.loop;

import io.anyio.api.spi.Holder;
import io.anyio.api.spi.error.Report;
import io.anyio.api.task.Clock;
import io.anyio.api.task.LoopOptions;
import io.anyio.impl.poll.Pollers;
import io.anyio.impl.spin.EarlyLinks;
import io.anyio.impl.time.SystemClock;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/** Chooses and makes the loops of one runtime; warns once if the better backend is not available. */
public final class Backends {
    /** The loop's thread carries its virtual threads. */
    public static final String CARRIER = CarrierLoop.BACKEND;

    /** The JDK's shared pool carries them. */
    public static final String POOL = PoolLoop.BACKEND;

    private static final Report LOG = new Report(Backends.class.getName());

    private final Watchdog watchdog = new Watchdog();
    private final AtomicBoolean warned = new AtomicBoolean();

    /**
     * Why the default backend is what it is.
     *
     * @return one sentence
     */
    public static String reason() {
        String problem = CarrierThreads.unavailable();
        if (!problem.isEmpty()) {
            return problem;
        }
        String selector = Pollers.epollUnavailable();
        return "java.lang is open, so a loop can carry its own virtual threads; it polls with "
                + (selector.isEmpty() ? "Linux' epoll" : "the JDK's selector, because " + selector);
    }

    /**
     * The backend of a loop whose options name none.
     *
     * @return its name
     */
    public static String defaultBackend() {
        return CarrierThreads.unavailable().isEmpty() ? CARRIER : POOL;
    }

    /**
     * Makes virtual threads on the JDK's own scheduler, also when a task of a carrier loop makes them. They inherit
     * nothing.
     *
     * @return the factory
     */
    public static ThreadFactory sharedVirtualThreads() {
        return CarrierThreads.sharedFactory();
    }

    /**
     * Makes a loop that is not yet open.
     *
     * @param options the backend, name and clock
     * @param holder the user of the loop
     * @return the loop
     * @throws IllegalArgumentException if there is no such backend
     * @throws IllegalStateException if the options name a backend that is not available
     */
    public Loop newLoop(LoopOptions options, Holder holder) {
        EarlyLinks.make();
        String name = options.name();
        Clock clock = options.clock() == null ? SystemClock.INSTANCE : options.clock();
        return switch (options.backend()) {
            case "" ->
                CarrierThreads.unavailable().isEmpty()
                        ? newCarrier(holder, name, clock)
                        : fallBack(holder, name, clock);
            case CARRIER -> newCarrier(holder, name, clock);
            case POOL -> new PoolLoop(holder, name, clock, watchdog);
            default -> throw new IllegalArgumentException(
                    "No such backend: " + options.backend() + ", there are " + List.of(CARRIER, POOL));
        };
    }

    private Loop newCarrier(Holder holder, String name, Clock clock) {
        Loop loop = new CarrierLoop(holder, name, clock, watchdog);
        if (!Pollers.epollUnavailable().isEmpty()) {
            LOG.log(System.Logger.Level.DEBUG, null,
                    "The loop ", name, " polls with the JDK's selector and not with Linux' epoll: ",
                    Pollers.epollUnavailable());
        }
        return loop;
    }

    private Loop fallBack(Holder holder, String name, Clock clock) {
        if (warned.compareAndSet(false, true)) {
            LOG.log(System.Logger.Level.WARNING, null, "Event loops run on the slower backend pool: ",
                    CarrierThreads.unavailable());
        }
        return new PoolLoop(holder, name, clock, watchdog);
    }
}
