package io.anyio.impl.loop;

import io.anyio.api.spi.error.Report;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads with our own scheduler. This is the only place that reaches into the JDK, and is to be replaced once
 * there is an official way.
 *
 * <p>Needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
final class CarrierThreads {
    private static final @Nullable MethodHandle NEW_BUILDER;
    private static final @Nullable MethodHandle CURRENT_CARRIER;
    private static final @Nullable VarHandle CONTINUATION;
    private static final @Nullable Executor SHARED;
    private static final String UNAVAILABLE;

    static {
        MethodHandle builder = null;
        MethodHandle carrier = null;
        VarHandle continuation = null;
        String problem = "";
        try {
            Class<?> type = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder");
            builder = MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .findConstructor(type, MethodType.methodType(void.class, Executor.class))
                    .asType(MethodType.methodType(Thread.Builder.OfVirtual.class, Executor.class));
            carrier = MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup())
                    .findStatic(Thread.class, "currentCarrierThread", MethodType.methodType(Thread.class));
            Class<?> virtual = Class.forName("java.lang.VirtualThread");
            continuation = MethodHandles.privateLookupIn(virtual, MethodHandles.lookup())
                    .findVarHandle(virtual, "runContinuation", Runnable.class);
        } catch (IllegalAccessException e) {
            problem = "the JVM was started without --add-opens java.base/java.lang=ALL-UNNAMED";
        } catch (ReflectiveOperationException | RuntimeException e) {
            problem = "this JDK has no scheduler for virtual threads where JDK 25 has it: " + e;
        }
        NEW_BUILDER = problem.isEmpty() ? builder : null;
        SHARED = problem.isEmpty() ? sharedScheduler() : null;
        CURRENT_CARRIER = carrier;
        CONTINUATION = continuation;
        UNAVAILABLE = problem;
    }

    private CarrierThreads() {}

    private static @Nullable Executor sharedScheduler() {
        try {
            Class<?> type = Class.forName("java.lang.VirtualThread");
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals("DEFAULT_SCHEDULER")) {
                    field.setAccessible(true);
                    return (Executor) field.get(null);
                }
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            new Report(CarrierThreads.class.getName()).log(System.Logger.Level.DEBUG, e,
                    "The JDK's own scheduler of virtual threads is out of reach");
        }
        return null;
    }

    /**
     * Makes a factory of threads that run on the JDK's own scheduler, whichever thread makes them. Without it, a
     * virtual thread that a task of a carrier loop makes would run on that loop. They inherit nothing.
     */
    static ThreadFactory sharedFactory() {
        return SHARED == null ? Thread.ofVirtual().inheritInheritableThreadLocals(false).factory() : factory(SHARED);
    }

    /** Why this JVM cannot have them; empty if it can. */
    static String unavailable() {
        return UNAVAILABLE;
    }

    /** Makes the factory of a loop's threads. They inherit nothing: the loop sets the context class loader. */
    static ThreadFactory factory(Executor scheduler) {
        if (NEW_BUILDER == null) {
            throw new IllegalStateException("The backend carrier is not available: " + UNAVAILABLE);
        }
        try {
            Thread.Builder.OfVirtual builder = (Thread.Builder.OfVirtual) NEW_BUILDER.invokeExact(scheduler);
            return builder.inheritInheritableThreadLocals(false).factory();
        } catch (Throwable e) {
            throw new IllegalStateException("The backend carrier is not available: " + e, e);
        }
    }

    /** What a virtual thread passes to its scheduler each time that it is to start or continue. */
    static Runnable continuationOf(Thread virtual) {
        if (CONTINUATION == null) {
            throw new IllegalStateException("The backend carrier is not available: " + UNAVAILABLE);
        }
        return (Runnable) CONTINUATION.get(virtual);
    }

    /**
     * The virtual thread that a continuation continues, if it can be found; only for display.
     *
     * @param continuation what a virtual thread passed to its scheduler
     * @return the thread, or null if it cannot be found in this JDK
     */
    static @Nullable Thread threadOf(Runnable continuation) {
        try {
            for (Field captured : continuation.getClass().getDeclaredFields()) {
                if (Thread.class.isAssignableFrom(captured.getType())) {
                    captured.setAccessible(true);
                    return (Thread) captured.get(continuation);
                }
            }
        } catch (ReflectiveOperationException | RuntimeException _) {
            // not found
        }
        return null;
    }

    /** The platform thread that runs the caller, also if the caller is a virtual thread. */
    static Thread currentCarrier() {
        if (CURRENT_CARRIER == null) {
            throw new IllegalStateException("The backend carrier is not available: " + UNAVAILABLE);
        }
        try {
            return (Thread) CURRENT_CARRIER.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("The backend carrier is not available: " + e, e);
        }
    }
}
