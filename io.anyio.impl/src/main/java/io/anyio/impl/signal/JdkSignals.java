package io.anyio.impl.signal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * The JDK's signals, in the package {@code sun.misc}. Not every JVM has the package, and not every framework exports
 * it. The JDK has no other way to receive signals. The package is used by reflection, because javac always warns about
 * a direct use.
 */
final class JdkSignals {
    private final Class<?> signal;
    private final Class<?> handler;

    private JdkSignals(Class<?> signal, Class<?> handler) {
        this.signal = signal;
        this.handler = handler;
    }

    /** Finds the package. */
    static JdkSignals find() {
        try {
            ClassLoader loader = JdkSignals.class.getClassLoader();
            return new JdkSignals(Class.forName("sun.misc.Signal", true, loader),
                    Class.forName("sun.misc.SignalHandler", true, loader));
        } catch (ClassNotFoundException | LinkageError e) {
            throw (UnsupportedOperationException) new UnsupportedOperationException(
                    "Signals are not available, because the package sun.misc is missing: run the JVM with the module"
                            + " jdk.unsupported, and in a container let the framework export sun.misc")
                    .initCause(e);
        }
    }

    /** The JDK's object for a signal; throws an IllegalArgumentException if the system has none of that name. */
    Object named(String name) {
        return call(() -> signal.getConstructor(String.class).newInstance(name));
    }

    int numberOf(Object one) {
        return (int) call(() -> signal.getMethod("getNumber").invoke(one));
    }

    /** Makes a handler for the JDK, which runs its code on a new thread for each signal. */
    Object handler(Runnable code) {
        return Proxy.newProxyInstance(JdkSignals.class.getClassLoader(), new Class<?>[]{handler},
                (self, method, arguments) -> switch (method.getName()) {
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    case "toString" -> "io.anyio's handler";
                    default -> {
                        code.run();
                        yield null;
                    }
                });
    }

    /**
     * Replaces the handler of a signal, and returns the previous one; throws an IllegalArgumentException if the signal
     * cannot be handled.
     */
    Object replace(Object one, Object by) {
        return call(() -> signal.getMethod("handle", signal, handler).invoke(null, one, by));
    }

    private interface Reflection {
        Object call() throws ReflectiveOperationException;
    }

    private static Object call(Reflection code) {
        try {
            return code.call();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException("The JDK's signals failed: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The JDK's signals are not what they were: " + e, e);
        }
    }
}
