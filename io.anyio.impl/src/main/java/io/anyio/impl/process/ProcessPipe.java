package io.anyio.impl.process;

import io.anyio.api.spi.Reactor;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.impl.poll.Descriptors;
import java.io.Closeable;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.Pipe;
import java.nio.channels.spi.AbstractSelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * A pipe to a process. Our end is polled by a loop, like a socket.
 *
 * <p>If the descriptors can be read, and the system shows them as files, the process opens the other end as such a
 * file, without a thread or a copy in between. Otherwise the process gets a pipe of the JDK, see {@link PumpedChannel}.
 */
final class ProcessPipe implements Closeable {
    /** Whether a process has been found to open our pipes; if not, each start tries it: there may be no descriptor. */
    private static volatile boolean possible;

    /**
     * Four times Linux' default, so that each wait moves four times as much. More would not fit into the processor's
     * cache.
     */
    private static final int CAPACITY = 256 << 10;

    final String name;
    private final boolean toProcess;
    private final boolean direct;
    private final AbstractSelectableChannel ours;
    private final AbstractSelectableChannel theirs;
    private @Nullable RegisteredChannel registered;

    ProcessPipe(boolean toProcess, String name) throws IOException {
        this.name = name;
        this.toProcess = toProcess;
        Pipe pipe = Pipe.open();
        ours = toProcess ? pipe.sink() : pipe.source();
        theirs = toProcess ? pipe.source() : pipe.sink();
        direct = Descriptors.unavailable().isEmpty() && (possible || canBeOpened(pipe.source()));
        if (direct && Libc.isAllowed()) {
            Libc.enlarge(Descriptors.of(ours), CAPACITY);
        }
    }

    /** Whether files can be opened by their descriptors; tries it, because a system may forbid it. */
    private static boolean canBeOpened(Pipe.SourceChannel source) {
        try (FileInputStream _ = new FileInputStream(file(source))) {
            possible = true;
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static File file(AbstractSelectableChannel end) {
        return new File("/proc/self/fd/" + Descriptors.of(end));
    }

    /** The redirect with which the process is started. */
    Redirect redirect() {
        if (!direct) {
            return Redirect.PIPE;
        }
        return toProcess ? Redirect.from(file(theirs)) : Redirect.to(file(theirs));
    }

    /** Registers our end, after the process has started; takes over the JDK's stream to it. */
    RegisteredChannel connect(Closeable stream, Reactor reactor) throws IOException {
        if (direct) {
            theirs.close();
        }
        RegisteredChannel end = reactor.register(ours);
        registered = direct ? end : new PumpedChannel(end, theirs, stream, name);
        return registered;
    }

    /** {@inheritDoc} Closes both ends, after a start that has failed. */
    @Override
    public void close() throws IOException {
        try (Closeable _ = registered == null ? ours : registered::close) {
            theirs.close();
        }
    }
}
