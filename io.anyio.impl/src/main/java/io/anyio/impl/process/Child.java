package io.anyio.impl.process;

import io.anyio.api.process.ChildProcess;
import io.anyio.api.process.ProcessOptions;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Stoppable;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Report;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.ScopeOptions;
import io.anyio.impl.loop.Backends;
import io.anyio.impl.thread.Awaiting;
import io.anyio.impl.thread.TimedWait;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A child process. The JDK's reaper waits for it, from the start to its end, so it never stays a zombie. Its end sets
 * an event, which tasks await.
 *
 * <p>The grace is measured on the system's clock, whatever clock the loop has, because it is a promise to a process
 * outside. The same holds for the end of this child when its owner stops.
 */
final class Child implements ChildProcess {
    /** How long the end of an owner waits for a process that was killed. */
    private static final Duration REAPING = Duration.ofSeconds(1);

    private static final long LOOK_NANOS = 10_000_000;
    private static final Report LOG = new Report(Child.class.getName());

    private final Process process;
    private final List<String> command;
    private final ProcessOptions options;
    private final Owner owner;
    private final Event exited;
    private final @Nullable PipeSendStream stdin;
    private final @Nullable PipeReceiveStream stdout;
    private final @Nullable PipeReceiveStream stderr;
    private final Stoppable end = new End();

    /** Whether its end is certainly reported. */
    private volatile boolean watched;

    /** The return code, once the end was reported. */
    private volatile @Nullable Integer code;

    Child(Process process, List<String> command, ProcessOptions options, Owner owner, Event exited,
            @Nullable PipeSendStream stdin, @Nullable PipeReceiveStream stdout, @Nullable PipeReceiveStream stderr) {
        this.process = process;
        this.command = command;
        this.options = options;
        this.owner = owner;
        this.exited = exited;
        this.stdin = stdin;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /**
     * Starts to watch for its end, once a task waits for that. {@link Process#onExit} is not used, because it needs a
     * thread of the common pool, and user code may occupy all of them.
     *
     * <p>Tasks that begin to wait at the same time start several watches, because the start of another task's watch may
     * fail ({@code ProcessWaitersTest}).
     */
    private void watch() {
        if (watched) {
            return;
        }
        if (!Reaper.tell(process, this::ended)) {
            onThread("exit", () -> {
                // with no limit of time, which the JDK would keep in a timer's thread
                TimedWait.patiently(Long.MAX_VALUE, _ -> {
                    int _ = process.waitFor();
                    return true;
                });
                ended(process.exitValue());
            });
        }
        watched = true;
    }

    private void ended(int with) {
        code = with;
        exited.set();
    }

    private boolean isAlive() {
        return code == null && process.isAlive();
    }

    /** Registers it with the owner, after it is complete; it is ended if the owner refuses it. */
    void belongToOwner() {
        owner.register(end);
    }

    /** Ends the process for a caller that cannot wait. */
    void drop() {
        kill();
        try {
            closeStreams();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, e, "Closing the streams of a process that was given up failed");
        }
    }

    private void onThread(String purpose, Runnable code) {
        Thread thread = Backends.sharedVirtualThreads().newThread(code);
        thread.setName(purpose + " of " + this);
        thread.start();
    }

    private boolean awaitExit(long nanos) {
        return TimedWait.patiently(nanos, left -> process.waitFor(left, TimeUnit.NANOSECONDS));
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public List<String> command() {
        return command;
    }

    @Override
    public @Nullable Integer returnCode() {
        Integer reported = code;
        if (reported != null) {
            return reported;
        }
        return process.isAlive() ? null : process.exitValue();
    }

    @Override
    public int waitFor() {
        TaskContext.current("ChildProcess.waitFor").checkpoint();
        if (isAlive()) {
            watch();
            Awaiting.outside(exited::await);
        }
        return Objects.requireNonNull(returnCode());
    }

    @Override
    public void terminate() {
        if (isAlive()) {
            Signalling.terminate(process);
        }
    }

    @Override
    public void kill() {
        if (isAlive()) {
            Signalling.kill(process);
        }
    }

    @Override
    public void sendSignal(int signal) throws IOException {
        Signalling.checkNumber(signal);
        if (isAlive()) {
            Signalling.send(process, signal);
        }
    }

    @Override
    public @Nullable PipeSendStream stdin() {
        return stdin;
    }

    @Override
    public @Nullable PipeReceiveStream stdout() {
        return stdout;
    }

    @Override
    public @Nullable PipeReceiveStream stderr() {
        return stderr;
    }

    @Override
    public void close() throws IOException {
        try {
            closeStreams();
        } finally {
            if (isAlive()) {
                awaitEnd();
            }
            owner.unregister(end);
        }
    }

    /** Closes it for its only user, after its end, and after the close of its streams. */
    void leave() {
        owner.unregister(end);
    }

    private void awaitEnd() {
        TaskContext task = TaskContext.currentOrNull();
        if (task == null) {
            blockUntilEnd();
            return;
        }
        boolean ended = false;
        try {
            int _ = waitFor();
            ended = true;
        } finally {
            if (!ended) {
                end(task, options.grace());
            }
        }
    }

    private void blockUntilEnd() {
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                endWithin(options.grace());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process for a caller that has failed, and closes its streams. */
    void abandon(TaskContext task) throws IOException {
        try {
            end(task, options.grace());
        } finally {
            close();
        }
    }

    /** Terminates the processes, kills the remaining ones after the grace, and waits, even if the task is cancelled. */
    private void end(TaskContext task, Duration grace) {
        Event ended = task.runtime().require(Synchronization.class).createEvent();
        onThread("end", () -> {
            try {
                endAll(grace);
            } finally {
                ended.set();
            }
        });
        task.openCancelScope(ScopeOptions.DEFAULT.shield(true)).run(() -> Awaiting.outside(ended::await));
    }

    /** Terminates the processes, and kills the remaining ones after the grace. Never waits. */
    private void endWithin(Duration grace) {
        onThread("end", () -> endAll(grace));
    }

    /**
     * Once the parent has ended, its descendants cannot be found, so those that were seen before are killed as well.
     */
    private void endAll(Duration grace) {
        Set<ProcessHandle> family = new HashSet<>();
        addDescendants(family);
        if (!grace.isZero()) {
            terminate();
            family.forEach(ProcessHandle::destroy);
            long until = System.nanoTime() + grace.toNanos();
            awaitExit(grace.toNanos());
            addDescendants(family);
            awaitExits(family, until);
        }
        do {
            kill();
            family.forEach(ProcessHandle::destroyForcibly);
            // again, since the system may have had no descriptor to find it
        } while (!awaitExit(REAPING.toNanos()));
    }

    private void addDescendants(Set<ProcessHandle> family) {
        if (options.killDescendants()) {
            try {
                process.descendants().forEach(family::add);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, e, "The descendants of ", this, " cannot be listed");
            }
        }
    }

    /** Waits by polling, since the system reports an end only to the parent. */
    private static void awaitExits(Set<ProcessHandle> family, long until) {
        while (System.nanoTime() < until && family.stream().anyMatch(ProcessHandle::isAlive)) {
            TimedWait.patiently(LOOK_NANOS, nanos -> {
                TimeUnit.NANOSECONDS.sleep(nanos);
                return true;
            });
        }
    }

    private void closeStreams() throws IOException {
        try (stdin; stdout; stderr) {
            // each is closed, even if another one throws
        }
    }

    @Override
    public String toString() {
        return "process " + process.pid() + " (" + command.getFirst() + ")";
    }

    /** Ends the process with its owner. A task that waits for it is cancelled at the same time. */
    private final class End implements Stoppable {
        @Override
        public void stop() {
            // tasks that finish may need it
        }

        @Override
        public void cancel() {
            Duration left = owner.graceLeft().dividedBy(2);
            endWithin(left.compareTo(options.grace()) < 0 ? left : options.grace());
        }

        @Override
        public boolean awaitEnd(Duration patience) {
            return awaitExit(patience.toNanos());
        }

        @Override
        public void close() throws IOException {
            try {
                closeStreams();
            } finally {
                TaskContext task = TaskContext.currentOrNull();
                if (task != null) {
                    end(task, Duration.ZERO);
                } else {
                    endWithin(Duration.ZERO);
                    boolean _ = awaitEnd(REAPING);
                }
            }
        }
    }
}
