package io.anyio.net.unix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.nio.channels.SelectableChannel;

/**
 * Sends bytes together with a descriptor, as services that pass on their sockets do; on 64-bit Linux, where the JVM
 * lets it.
 */
final class Rights {
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    private Rights() {}

    static boolean available() {
        return System.getProperty("os.name").equals("Linux") && Rights.class.getModule().isNativeAccessEnabled();
    }

    private static int descriptorOf(SelectableChannel channel) throws Exception {
        Method method = Class.forName("sun.nio.ch.SelChImpl", false, null).getMethod("getFDVal");
        method.setAccessible(true);
        return (int) method.invoke(channel);
    }

    /** Sends bytes, and with them the sending socket's own descriptor. */
    @SuppressWarnings("restricted") // allowed by --enable-native-access
    static void send(SelectableChannel socket, byte[] bytes) throws Exception {
        int descriptor = descriptorOf(socket);
        MethodHandle sendmsg = Linker.nativeLinker().downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("sendmsg"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(bytes.length);
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, data, 0, bytes.length);
            MemorySegment part = arena.allocate(16, 8);
            part.set(ADDRESS, 0, data);
            part.set(JAVA_LONG, 8, bytes.length);
            MemorySegment control = arena.allocate(24, 8);
            control.set(JAVA_LONG, 0, 20);
            control.set(JAVA_INT, 8, SOL_SOCKET);
            control.set(JAVA_INT, 12, SCM_RIGHTS);
            control.set(JAVA_INT, 16, descriptor);
            MemorySegment message = arena.allocate(56, 8);
            message.set(ADDRESS, 16, part);
            message.set(JAVA_LONG, 24, 1);
            message.set(ADDRESS, 32, control);
            message.set(JAVA_LONG, 40, 24);
            long sent;
            try {
                sent = (long) sendmsg.invokeExact(descriptor, message, 0);
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
            if (sent != bytes.length) {
                throw new AssertionError("sendmsg gave " + sent);
            }
        }
    }
}
