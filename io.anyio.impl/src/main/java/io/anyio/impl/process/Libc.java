package io.anyio.impl.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/** Two calls of the C library, by the foreign function API. */
@SuppressWarnings("restricted") // allowed by --enable-native-access
final class Libc {
    private static final int F_SETPIPE_SZ = 1031;

    private Libc() {}

    /** Initialized by the first call only, because the JVM warns if native access is not allowed. */
    private static final class Functions {
        static final MethodHandle KILL = function("kill");
        static final MethodHandle FCNTL = function("fcntl", JAVA_INT);
    }

    /** Whether the calls are allowed, so that the JVM does not warn. */
    static boolean isAllowed() {
        return Libc.class.getModule().isNativeAccessEnabled();
    }

    private static MethodHandle function(String name, MemoryLayout... variadic) {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type.appendArgumentLayouts(variadic),
                variadic.length == 0 ? new Linker.Option[0] : new Linker.Option[]{Linker.Option.firstVariadicArg(2)});
    }

    /** Sends a signal; returns zero on success. */
    static int kill(long pid, int signal) {
        try {
            return (int) Functions.KILL.invokeExact(Math.toIntExact(pid), signal);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Asks Linux for a larger pipe. It may refuse: a user has only so much memory for pipes. */
    static void enlarge(int pipe, int bytes) {
        try {
            int _ = (int) Functions.FCNTL.invokeExact(pipe, F_SETPIPE_SZ, bytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Converts the exception of a method handle, which is declared to throw anything. */
    private static IllegalStateException unexpected(Throwable e) {
        if (e instanceof RuntimeException bug) {
            throw bug;
        }
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e);
    }
}
