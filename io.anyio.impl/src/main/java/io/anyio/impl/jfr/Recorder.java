package io.anyio.impl.jfr;

import io.anyio.api.spi.error.Report;
import java.util.function.Function;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Writes the events. Before each, the caller asks whether it is recorded. Until a recording runs for the first time,
 * the answer takes one read of a flag of the JDK, and initializes nothing. Whatever the flight recorder throws is
 * caught here: the event is lost, and the task goes on.
 *
 * <p>Events are written on the threads of tasks, because the flight recorder of JDK 25 loses those that a carrier
 * thread writes while no virtual thread is mounted.
 */
public final class Recorder {
    private static final boolean AVAILABLE = isAvailable();

    // linked by the first task of a JVM, so that a cancellation near the end of a stack need not link it
    private static final Function<EventKinds, EventKind> TASK_START = EventKinds::taskStart;
    private static final Function<EventKinds, EventKind> TASK_END = EventKinds::taskEnd;
    private static final Function<EventKinds, EventKind> SCOPE_CANCEL = EventKinds::scopeCancel;
    private static final Function<EventKinds, EventKind> LOOP_STALL = EventKinds::loopStall;

    /** Made by the first question during a recording. Package-private for a test in which that fails. */
    static volatile @Nullable EventKinds kinds;

    private static volatile boolean broken;

    private Recorder() {}

    private static boolean isAvailable() {
        try {
            // only loads the class: this starts nothing of the flight recorder
            FlightRecorder.isInitialized();
            return true;
        } catch (LinkageError | RuntimeException _) {
            // the runtime has no such module, or the framework does not export it
            return false;
        }
    }

    /** Whether the start of tasks is recorded. */
    public static boolean recordsTaskStarts() {
        return AVAILABLE && FlightRecorder.isInitialized() && records(TASK_START);
    }

    /**
     * Records the start of a task.
     *
     * @param id the task's id
     * @param name its name
     * @param parentId the id of its host, or -1
     * @param loop the name of its loop
     */
    public static void taskStarts(long id, String name, long parentId, String loop) {
        write(TASK_START, id, name, parentId, loop);
    }

    /** Whether the end of tasks is recorded. */
    public static boolean recordsTaskEnds() {
        return AVAILABLE && FlightRecorder.isInitialized() && records(TASK_END);
    }

    /**
     * Records the end of a task.
     *
     * @param id the task's id
     * @param name its name
     * @param outcome how it ended
     * @param loop the name of its loop
     */
    public static void taskEnds(long id, String name, String outcome, String loop) {
        write(TASK_END, id, name, outcome, loop);
    }

    /** Whether cancellations are recorded. */
    public static boolean recordsCancels() {
        return AVAILABLE && FlightRecorder.isInitialized() && records(SCOPE_CANCEL);
    }

    /**
     * Records that a cancelled scope was left.
     *
     * @param scope the scope's name, or empty
     * @param reason why
     * @param loop the name of its loop
     */
    public static void cancels(String scope, String reason, String loop) {
        write(SCOPE_CANCEL, scope, reason, loop);
    }

    /**
     * Records that a task keeps its loop busy, if that is to be recorded.
     *
     * @param task the task's name
     * @param loop the name of its loop
     * @param nanos for how long by now
     */
    public static void loopStalls(String task, String loop, long nanos) {
        if (AVAILABLE && FlightRecorder.isInitialized() && records(LOOP_STALL)) {
            write(LOOP_STALL, task, loop, nanos);
        }
    }

    /** Unregisters the events, because this bundle stops. A bundle that follows registers its own. */
    public static synchronized void release() {
        EventKinds made = kinds;
        kinds = null;
        if (made != null) {
            try {
                made.unregister();
            } catch (Throwable _) {
                // they stay registered
            }
        }
    }

    private static boolean records(Function<EventKinds, EventKind> kind) {
        try {
            EventKinds made = kinds();
            return made != null && kind.apply(made).isEnabled();
        } catch (Throwable _) {
            // no memory or no stack left here: the next caller may have more
            return false;
        }
    }

    private static void write(Function<EventKinds, EventKind> kind, Object... values) {
        try {
            EventKinds made = kinds;
            if (made != null) {
                kind.apply(made).write(values);
            }
        } catch (Throwable _) {
            // as above: this event is lost
        }
    }

    private static @Nullable EventKinds kinds() {
        EventKinds made = kinds;
        return made != null || broken ? made : make();
    }

    private static synchronized @Nullable EventKinds make() {
        EventKinds made = kinds;
        if (made == null && !broken) {
            try {
                made = EventKinds.make();
                kinds = made;
            } catch (RuntimeException | LinkageError e) {
                broken = true;
                new Report(Recorder.class.getName()).log(System.Logger.Level.WARNING, e,
                        "The flight recorder does not take the events io.anyio.*: they are not recorded");
            }
        }
        return made;
    }
}
