package io.anyio.impl.poll;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/** The file descriptors of the JDK's channels. Needs {@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED}. */
public final class Descriptors {
    private static final @Nullable MethodHandle GET;
    private static final String UNAVAILABLE;

    static {
        MethodHandle get = null;
        String problem = "";
        try {
            Method method = Class.forName("sun.nio.ch.SelChImpl", false, null).getMethod("getFDVal");
            method.setAccessible(true);
            get = MethodHandles.lookup().unreflect(method)
                    .asType(MethodType.methodType(int.class, SelectableChannel.class));
        } catch (InaccessibleObjectException e) {
            problem = "the JVM was started without --add-opens java.base/sun.nio.ch=ALL-UNNAMED";
        } catch (ReflectiveOperationException | RuntimeException e) {
            problem = "this JDK has no descriptors where JDK 25 has them: " + e;
        }
        GET = get;
        UNAVAILABLE = problem;
    }

    private Descriptors() {}

    /**
     * Why they cannot be read.
     *
     * @return the reason, empty if they can
     */
    public static String unavailable() {
        return UNAVAILABLE;
    }

    /**
     * The descriptor of a channel.
     *
     * @param channel an open channel
     * @return its number, which may belong to another file once the channel is closed
     */
    public static int of(SelectableChannel channel) {
        if (GET == null) {
            throw new IllegalStateException("The descriptors of channels are out of reach: " + UNAVAILABLE);
        }
        try {
            return (int) GET.invokeExact(channel);
        } catch (Throwable e) {
            throw new IllegalStateException("The descriptor of " + channel + " is out of reach: " + e, e);
        }
    }
}
