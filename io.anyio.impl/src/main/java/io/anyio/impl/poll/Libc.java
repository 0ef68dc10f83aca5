package io.anyio.impl.poll;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.SocketException;
import java.util.Arrays;

/**
 * The system calls of Linux that {@code Epoll} and its channels need, by the foreign function API and the function
 * {@code syscall} of the C library. Initialized only if {@code Pollers} found that it may be called.
 *
 * <p>There are two handles for it, because each one costs the first loop some 25 ms. Receiving and sending never wait,
 * and take a few microseconds, so they are <em>critical</em>: the thread's state is not changed for the call, and a
 * garbage collection waits for its end. The other calls are not, since {@code epoll_pwait} waits.
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

    /** Of the signal set of {@code epoll_pwait}, which is not given. */
    private static final long SIGNAL_SET_SIZE = 8;

    private static final boolean AMD64 = System.getProperty("os.arch").equals("amd64");

    // the numbers of the calls on amd64 and on aarch64
    private static final long RECVFROM = AMD64 ? 45 : 207;
    private static final long SENDTO = AMD64 ? 44 : 206;
    private static final long EPOLL_CREATE1 = AMD64 ? 291 : 20;
    private static final long EPOLL_CTL = AMD64 ? 233 : 21;
    private static final long EPOLL_PWAIT = AMD64 ? 281 : 22;
    private static final long EVENTFD2 = AMD64 ? 290 : 19;
    private static final long WRITE = AMD64 ? 1 : 64;
    private static final long CLOSE = AMD64 ? 3 : 57;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final VarHandle ERRNO = Linker.Option.captureStateLayout()
            .varHandle(PathElement.groupElement("errno"));

    private static final MethodHandle SYSCALL = syscall(JAVA_LONG);
    private static final MethodHandle CRITICAL_SYSCALL = syscall(ADDRESS, Linker.Option.critical(true));

    /** What is added to an {@code eventfd}, so that a wake-up needs no memory. */
    private static final MemorySegment NOTHING = Arena.global().allocateFrom(JAVA_LONG, 0);

    private static final MemorySegment ONE = Arena.global().allocateFrom(JAVA_LONG, 1);

    /** Of calls by any thread whose error nobody reads. */
    private static final MemorySegment IGNORED = newErrorState(Arena.global());

    private Libc() {}

    /** The function for calls with the given kind of second argument; the other ones are numbers or addresses. */
    private static MethodHandle syscall(MemoryLayout second, Linker.Option... more) {
        Linker.Option[] options = Arrays.copyOf(more, more.length + 2);
        options[more.length] = Linker.Option.captureCallState("errno");
        options[more.length + 1] = Linker.Option.firstVariadicArg(1);
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("syscall"), FunctionDescriptor.of(JAVA_LONG,
                JAVA_LONG, JAVA_LONG, second, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG), options);
    }

    /** Memory for the error number of a call; for one thread at a time. */
    static MemorySegment newErrorState(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    static int epollCreate() throws IOException {
        return checked("epoll_create1", EPOLL_CREATE1, CLOEXEC, 0);
    }

    static void epollControl(int epoll, int operation, int descriptor, int events, long data) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EpollEvent.SIZE, Long.BYTES);
            EpollEvent.set(event, events, data);
            checked("epoll_ctl", call(EPOLL_CTL, epoll, operation, descriptor, event.address(), newErrorState(arena)));
        }
    }

    /** Waits; zero also if it was interrupted by a signal. */
    static int epollWait(int epoll, MemorySegment events, int max, int millis, MemorySegment error) throws IOException {
        int count = call(EPOLL_PWAIT, epoll, events.address(), max, millis, error);
        return count == -EINTR ? 0 : checked("epoll_pwait", count);
    }

    static int eventfd() throws IOException {
        return checked("eventfd2", EVENTFD2, 0, CLOEXEC | NONBLOCK);
    }

    /** Signals. It fails only if the counter is full, which signals as well. */
    static void signal(int eventfd) {
        call(WRITE, eventfd, ONE.address(), Long.BYTES, 0, IGNORED);
    }

    /** Links what a signal needs, and does not signal. */
    static void linkSignal(int eventfd) {
        call(WRITE, eventfd, NOTHING.address(), Long.BYTES, 0, IGNORED);
    }

    static void close(int descriptor) throws IOException {
        checked("close", CLOSE, descriptor, 0);
    }

    private static int checked(String name, long number, long first, long second) throws SocketException {
        try (Arena arena = Arena.ofConfined()) {
            return checked(name, call(number, first, second, 0, 0, newErrorState(arena)));
        }
    }

    private static int checked(String name, int result) throws SocketException {
        if (result < 0) {
            throw new SocketException(name + " failed: " + message(-result));
        }
        return result;
    }

    /** Calls: the result, or a negative error number. */
    private static int call(long number, long first, long second, long third, long fourth, MemorySegment error) {
        try {
            long result = (long) SYSCALL.invokeExact(error, number, first, second, third, fourth, 0L, SIGNAL_SET_SIZE);
            return result < 0 ? -errno(error) : (int) result;
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
                long count = (long) CRITICAL_SYSCALL.invokeExact(error, number, (long) socket, buffer,
                        buffer.byteSize(), flags, 0L, 0L);
                result = count < 0 ? -errno(error) : (int) count;
            } while (result == -EINTR);
            return result;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static int errno(MemorySegment error) {
        return (int) ERRNO.get(error, 0L);
    }

    /** The text of Linux for the errors that sockets have; for others, the number. */
    static String message(int errno) {
        return switch (errno) {
            case 1 -> "Operation not permitted";
            case 9 -> "Bad file descriptor";
            case 12 -> "Cannot allocate memory";
            case 22 -> "Invalid argument";
            case 23 -> "Too many open files in system";
            case 24 -> "Too many open files";
            case 28 -> "No space left on device";
            case 32 -> "Broken pipe";
            case 103 -> "Software caused connection abort";
            case 104 -> "Connection reset by peer";
            case 105 -> "No buffer space available";
            case 107 -> "Transport endpoint is not connected";
            case 108 -> "Cannot send after transport endpoint shutdown";
            case 110 -> "Connection timed out";
            case 111 -> "Connection refused";
            case 112 -> "Host is down";
            case 113 -> "No route to host";
            default -> "error " + errno;
        };
    }

    /** Converts the exception of a method handle, which is declared to throw anything. */
    private static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException bug ? bug : new IllegalStateException(e);
    }
}
