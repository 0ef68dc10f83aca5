package io.anyio.impl.process;

import io.anyio.api.process.ProcessOptions;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Reactor;
import io.anyio.api.sync.Event;
import io.anyio.api.task.Body;
import io.anyio.impl.thread.TimedWait;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The start of one process, on a worker thread: its pipes, the process, our ends of the pipes. If any of them fails, it
 * ends the others and waits for the end of the process.
 *
 * <p>The task that wants the process normally waits, even if it is cancelled. If it cannot wait, for example in a class
 * initializer, it abandons the start. The task or the worker, whichever comes second, then ends a process that runs
 * nevertheless. The pipes stay open until the start is over, because the JDK opens them by the numbers of their
 * descriptors. {@code ProcessFaultsTest} abandons starts and lets each step fail.
 */
final class Start implements Body<@Nullable Child, IOException> {
    private static final Redirect FROM_NULL = Redirect.from(new File(File.separatorChar == '\\' ? "NUL" : "/dev/null"));

    /** Three for standard streams, and two that the JDK needs. */
    private static final int NEEDED_PIPES = 5;

    private final ProcessBuilder builder;
    private final ProcessOptions options;
    private final boolean input;
    private final Owner owner;
    private final Reactor reactor;
    private final Event exited;

    /** The last that the worker sets before its task goes on. */
    @Nullable
    Fifos fifos;

    private @Nullable ProcessPipe in;
    private @Nullable ProcessPipe out;
    private @Nullable ProcessPipe err;
    private @Nullable Process process;

    /** Guarded by this. */
    private @Nullable Child made;

    /** Guarded by this. */
    private boolean abandoned;

    Start(ProcessBuilder builder, ProcessOptions options, boolean input, Owner owner, Event exited) {
        this.builder = builder;
        this.options = options;
        this.input = input;
        this.owner = owner;
        this.reactor = owner.reactor();
        this.exited = exited;
    }

    /** Returns null if the task is to open the {@link #fifos} first. */
    @Override
    public @Nullable Child call() throws IOException {
        if (fifos == null) {
            fifos = new Fifos(options);
            if (!fifos.isEmpty()) {
                return null;
            }
        }
        boolean complete = false;
        try (Closeable _ = fifos.openBothSides()) {
            openPipes();
            process = startProcess();
            Child child = new Child(process, builder.command(), options, owner, exited,
                    in == null ? null : new PipeSendStream(in.connect(process.getOutputStream(), reactor), in.name),
                    out == null
                            ? null
                            : new PipeReceiveStream(out.connect(process.getInputStream(), reactor), out.name),
                    err == null
                            ? null
                            : new PipeReceiveStream(err.connect(process.getErrorStream(), reactor), err.name));
            complete = isWanted(child);
            return child;
        } finally {
            if (!complete) {
                undo();
            }
        }
    }

    /** Abandons the start: a process that was or will be started is ended. */
    void abandon() {
        Child left;
        synchronized (this) {
            abandoned = true;
            left = made;
        }
        if (left != null) {
            left.drop();
        }
    }

    private synchronized boolean isWanted(Child child) {
        made = child;
        return !abandoned;
    }

    private void openPipes() throws IOException {
        try {
            Redirect from = options.stdin();
            in = (from == null ? input : isPipe(from)) ? pipe(true, "stdin") : null;
            out = isPipe(options.stdout()) ? pipe(false, "stdout") : null;
            err = isPipe(options.stderr()) && !options.mergeStderr() ? pipe(false, "stderr") : null;
            builder.redirectInput(in != null
                    ? in.redirect()
                    : from == null || from.equals(Redirect.DISCARD)
                            ? FROM_NULL
                            : from);
            builder.redirectOutput(out != null ? out.redirect() : options.stdout());
            builder.redirectError(err != null ? err.redirect() : options.stderr());
        } catch (IOException e) {
            throw Command.failure(builder.command(), null, e);
        }
    }

    private static boolean isPipe(Redirect redirect) {
        return redirect.type() == Redirect.Type.PIPE;
    }

    private ProcessPipe pipe(boolean toProcess, String stream) throws IOException {
        return new ProcessPipe(toProcess, stream + " of " + builder.command().getFirst());
    }

    private Process startProcess() throws IOException {
        try {
            checkDescriptors();
            return builder.start();
        } catch (IOException e) {
            throw Command.failure(builder.command(), options.directory(), e);
        }
    }

    /**
     * Fails if there are too few descriptors for the start. If the JDK finds that out itself, it may leave a pipe open,
     * and close descriptor 0 (seen in JDK 25). Other threads may still take some meanwhile.
     */
    private static void checkDescriptors() throws IOException {
        List<Closeable> spare = new ArrayList<>(2 * NEEDED_PIPES);
        try {
            for (int i = 0; i < NEEDED_PIPES; i++) {
                Pipe pipe = Pipe.open();
                spare.add(pipe.source());
                spare.add(pipe.sink());
            }
        } finally {
            for (Closeable end : spare) {
                end.close();
            }
        }
    }

    @Override
    public String toString() {
        return "start of " + builder.command().getFirst();
    }

    private void undo() throws IOException {
        Process failed = process;
        if (failed != null) {
            failed.destroyForcibly();
        }
        try (ProcessPipe _ = in; ProcessPipe _ = out; ProcessPipe _ = err) {
            if (failed != null) {
                TimedWait.patiently(Long.MAX_VALUE, nanos -> failed.waitFor(nanos, TimeUnit.NANOSECONDS));
            }
        }
    }
}
