package io.anyio.impl.process;

import io.anyio.api.spi.OwnLimiter;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.thread.Threads;
import io.anyio.api.thread.WorkerOptions;
import io.anyio.impl.thread.TimedWait;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.TimeUnit;

/**
 * Sends signals. The JDK can send two of them; the C library can send all, and so can the shell, which is used if the
 * JVM was started without native access.
 *
 * <p>No signal is sent to a process that is known to have ended, because its id may belong to another process. The
 * methods of {@link Process} are not used, because they close its streams, from which its last output may still be
 * read.
 */
final class Signalling {
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final int LAST = 64;
    private static final OwnLimiter LIMITER = new OwnLimiter(8);

    private Signalling() {}

    static void terminate(Process process) {
        if (!process.toHandle().destroy()) {
            directly(process, SIGTERM);
        }
    }

    static void kill(Process process) {
        if (!process.toHandle().destroyForcibly()) {
            directly(process, SIGKILL);
        }
    }

    /** Sends a signal by the C library: the JDK would read /proc first, for which there may be no descriptor. */
    private static void directly(Process process, int signal) {
        if (File.separatorChar != '\\' && Libc.isAllowed() && process.isAlive()) {
            Libc.kill(process.pid(), signal);
        }
    }

    static void checkNumber(int signal) {
        if (signal < 0 || signal > LAST) {
            throw new IllegalArgumentException("There is no signal " + signal + ": give one of 0.." + LAST);
        }
    }

    static void send(Process process, int signal) throws IOException {
        if (signal == SIGTERM) {
            terminate(process);
        } else if (signal == SIGKILL) {
            kill(process);
        } else if (File.separatorChar == '\\') {
            throw new UnsupportedOperationException("This system has no signal " + signal + ": terminate or kill");
        } else if (Libc.isAllowed()) {
            check(process, signal, Libc.kill(process.pid(), signal));
        } else {
            check(process, signal, byShell(process, signal));
        }
    }

    private static void check(Process process, int signal, int result) throws IOException {
        if (result != 0 && process.isAlive()) {
            throw new IOException("Signal " + signal + " cannot be sent to the process " + process.pid()
                    + ": kill returned " + result + ", perhaps the process belongs to another user by now");
        }
    }

    /** Runs a shell to send a signal; the loop of a task continues meanwhile. */
    static int byShell(Process process, int signal) throws IOException {
        TaskContext task = TaskContext.currentOrNull();
        if (task == null) {
            return runShell(process, signal);
        }
        WorkerOptions options = WorkerOptions.DEFAULT.limiter(LIMITER.of(task.runtime()));
        return task.openCancelScope(ScopeOptions.DEFAULT.shield(true)).<Integer, IOException>call(
                () -> task.runtime().require(Threads.class).runInWorkerThread(() -> runShell(process, signal), options),
                -1);
    }

    private static int runShell(Process process, int signal) throws IOException {
        Process shell = new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid())
                .redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD).start();
        TimedWait.patiently(Long.MAX_VALUE, nanos -> shell.waitFor(nanos, TimeUnit.NANOSECONDS));
        return shell.exitValue();
    }
}
