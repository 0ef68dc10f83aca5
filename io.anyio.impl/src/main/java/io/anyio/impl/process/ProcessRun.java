package io.anyio.impl.process;

import io.anyio.api.process.CalledProcessException;
import io.anyio.api.process.CompletedProcess;
import io.anyio.api.process.ProcessOptions;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.task.GroupOptions;
import io.anyio.impl.thread.Awaiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A process that is run to its end: its input is sent and its two outputs are received at the same time. */
final class ProcessRun {
    private final Child child;
    private final @Nullable Received stdout;
    private final @Nullable Received stderr;

    private ProcessRun(Child child) {
        this.child = child;
        this.stdout = child.stdout() == null ? null : new Received();
        this.stderr = child.stderr() == null ? null : new Received();
    }

    /** Collects bytes from buffers, without the synchronized methods of the JDK's class. */
    private static final class Received extends ByteArrayOutputStream {
        void add(ByteBuffer bytes) {
            byte[] chunk = new byte[bytes.remaining()];
            bytes.get(chunk);
            writeBytes(chunk);
        }
    }

    static CompletedProcess call(TaskContext task, Launcher launcher, List<String> command, ProcessOptions options)
            throws IOException {
        Child child = launcher.start(task, command, options, options.input() != null);
        CompletedProcess completed = null;
        try {
            ProcessRun run = new ProcessRun(child);
            Awaiting.outside(() -> run.pump(task, options.input()));
            completed = run.result(child.waitFor());
        } finally {
            if (completed == null) {
                child.abandon(task);
            } else {
                child.leave();
            }
        }
        if (options.check() && completed.returnCode() != 0) {
            throw new CalledProcessException(completed);
        }
        return completed;
    }

    private CompletedProcess result(int code) {
        return new CompletedProcess(child.command(), code, stdout == null ? null : stdout.toByteArray(),
                stderr == null ? null : stderr.toByteArray());
    }

    private void pump(TaskContext task, byte @Nullable [] input) throws IOException {
        if (input == null && child.stdin() != null) {
            // no other thread writes to it
            child.stdin().close();
        }
        if (input == null && stderr == null) {
            receive(child.stdout(), stdout);
            return;
        }
        task.createTaskGroup(IOException.class, GroupOptions.DEFAULT).run(group -> {
            if (input != null) {
                group.spawn("input of " + child, () -> send(input));
            }
            if (stderr != null) {
                group.spawn("stderr of " + child, () -> receive(child.stderr(), stderr));
            }
            receive(child.stdout(), stdout);
        });
    }

    private static void receive(@Nullable PipeReceiveStream from, @Nullable Received to) throws IOException {
        if (from == null || to == null) {
            return;
        }
        boolean more = true;
        while (more) {
            more = from.receive(to::add);
        }
        // while the process ends
        from.closeWithoutWaiting();
    }

    /** Sends the input. A process need not read all of it: its exit code shows whether that is an error. */
    private void send(byte[] input) throws IOException {
        try (PipeSendStream stdin = child.stdin()) {
            if (stdin != null) {
                stdin.send(input);
            }
        } catch (BrokenResourceException _) {
            // AnyIO differs: it fails
        }
    }
}
