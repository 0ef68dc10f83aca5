package io.anyio.impl.poll;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.SocketException;

/**
 * The functions of Linux' C library that {@code Epoll} and its channels need, called by the foreign function API.
 * Initialized only if {@code Pollers} found that they may be called.
 *
 * <p>Receiving and sending never wait, and take a few microseconds, so they are <em>critical</em>: the thread's state
 * is not changed for the call, and a garbage collection waits for its end. They are direct system calls, because the
 * library's own functions need two more atomic operations each, for the cancellation of threads, which is not used
 * here. The other functions are not critical, since {@code epoll_wait} waits.
 */
@SuppressWarnings("restricted") // allowed by --enable-native-access
final class Libc {
    static final int EPOLLIN = 0x1;
    static final int EPOLLPRI = 0x2;
    static final int EPOLLOUT = 0x4;
    static final int EPOLLERR = 0x8;
    static final int EPOLLHUP = 0x10;
    static final int EPOLLRDHUP = 0x2000;
    static final int EPOLLET = 1 << 31;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_MOD = 3;

    /** The result of a call that would have to wait. */
    static final int WOULD_BLOCK = -11;

    private static final int CLOEXEC = 0x80000;
    private static final int NONBLOCK = 0x800;
    private static final long MSG_NOSIGNAL = 0x4000;
    private static final int EINTR = 4;

    /** The numbers of two system calls, on amd64 and on aarch64. */
    private static final long RECVFROM = System.getProperty("os.arch").equals("amd64") ? 45 : 207;

    private static final long SENDTO = System.getProperty("os.arch").equals("amd64") ? 44 : 206;
    private static final int LONGEST_MESSAGE = 256;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERROR = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO = Linker.Option.captureStateLayout()
            .varHandle(PathElement.groupElement("errno"));

    private static final MethodHandle EPOLL_CREATE = function("epoll_create1",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERROR);
    private static final MethodHandle EPOLL_CTL = function("epoll_ctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS), ERROR);
    private static final MethodHandle EPOLL_WAIT = function("epoll_wait",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), ERROR);
    private static final MethodHandle EVENTFD = function("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT),
            ERROR);
    private static final MethodHandle EVENTFD_WRITE = function("eventfd_write",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERROR);
    private static final MethodHandle STRERROR = function("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    private static final MethodHandle SYSCALL = function("syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            ERROR,
            Linker.Option.firstVariadicArg(1), Linker.Option.critical(true));

    private Libc() {}

    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }

    /** Memory for the error number of a call; for one thread at a time. */
    static MemorySegment newErrorState(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    static int epollCreate() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = newErrorState(arena);
            return checked("epoll_create1", (int) EPOLL_CREATE.invokeExact(error, CLOEXEC), error);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void epollControl(int epoll, int operation, int descriptor, int events, long data) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = newErrorState(arena);
            MemorySegment event = arena.allocate(EpollEvent.SIZE, Long.BYTES);
            EpollEvent.set(event, events, data);
            checked("epoll_ctl", (int) EPOLL_CTL.invokeExact(error, epoll, operation, descriptor, event), error);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Waits; zero also if it was interrupted by a signal. */
    static int epollWait(int epoll, MemorySegment events, int max, int millis, MemorySegment error) throws IOException {
        try {
            int count = (int) EPOLL_WAIT.invokeExact(error, epoll, events, max, millis);
            return count < 0 && errno(error) == EINTR ? 0 : checked("epoll_wait", count, error);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int eventfd() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = newErrorState(arena);
            return checked("eventfd", (int) EVENTFD.invokeExact(error, 0, CLOEXEC | NONBLOCK), error);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Adds to the counter. It fails only if the counter is full, which signals as well. */
    static void signal(int eventfd, long value) throws IOException {
        try {
            int _ = (int) EVENTFD_WRITE.invokeExact(eventfd, value);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void close(int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = newErrorState(arena);
            checked("close", (int) CLOSE.invokeExact(error, descriptor), error);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Receives from a non-blocking socket: a count, zero at the end, or a negative error number. */
    static int receive(int socket, MemorySegment target, MemorySegment error) {
        return call(RECVFROM, socket, target, 0, error);
    }

    /** Sends to a non-blocking socket: a count, or a negative error number. */
    static int send(int socket, MemorySegment source, MemorySegment error) {
        return call(SENDTO, socket, source, MSG_NOSIGNAL, error);
    }

    private static int call(long number, int socket, MemorySegment buffer, long flags, MemorySegment error) {
        try {
            int result;
            do {
                long count = (long) SYSCALL.invokeExact(error, number, (long) socket, buffer, buffer.byteSize(), flags,
                        0L, 0L);
                result = count < 0 ? -errno(error) : (int) count;
            } while (result == -EINTR);
            return result;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** The system's text for an error. */
    static String message(int errno) {
        try {
            return ((MemorySegment) STRERROR.invokeExact(errno)).reinterpret(LONGEST_MESSAGE).getString(0);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static int errno(MemorySegment error) {
        return (int) ERRNO.get(error, 0L);
    }

    private static int checked(String call, int result, MemorySegment error) throws SocketException {
        if (result < 0) {
            throw new SocketException(call + " failed: " + message(errno(error)));
        }
        return result;
    }

    /** Converts the exception of a method handle, which is declared to throw anything. */
    private static IOException unexpected(Throwable e) {
        if (e instanceof IOException failed) {
            return failed;
        }
        if (e instanceof RuntimeException bug) {
            throw bug;
        }
        if (e instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(e);
    }
}
