package io.anyio.impl.jfr;

/**
 * Where the events are written. The questions cost nothing while there is no recording; the events are written only after a yes.
 *
 * <p>They are written on the threads of tasks: the flight recorder of JDK 25 loses those that a carrier writes between its virtual threads.
 */
public final class Recorder {
    private static final boolean AVAILABLE = isAvailable();

    private Recorder() {}

    private static boolean isAvailable() {
        try {
            Class.forName("jdk.jfr.Event", false, Recorder.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException _) {
            // a runtime without the module, or a framework that does not export it
            return false;
        }
    }

    /** Whether the start of tasks is recorded. */
    public static boolean recordsTaskStarts() {
        return AVAILABLE && new TaskStart().isEnabled();
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
        TaskStart event = new TaskStart();
        event.id = id;
        event.name = name;
        event.parentId = parentId;
        event.loop = loop;
        event.commit();
    }

    /** Whether the end of tasks is recorded. */
    public static boolean recordsTaskEnds() {
        return AVAILABLE && new TaskEnd().isEnabled();
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
        TaskEnd event = new TaskEnd();
        event.id = id;
        event.name = name;
        event.outcome = outcome;
        event.loop = loop;
        event.commit();
    }

    /** Whether cancellations are recorded. */
    public static boolean recordsCancels() {
        return AVAILABLE && new ScopeCancel().isEnabled();
    }

    /**
     * Records that a cancelled scope was left.
     *
     * @param scope the scope's name, or empty
     * @param reason why
     * @param loop the name of its loop
     */
    public static void cancels(String scope, String reason, String loop) {
        ScopeCancel event = new ScopeCancel();
        event.scope = scope;
        event.reason = reason;
        event.loop = loop;
        event.commit();
    }

    /**
     * Records that a task keeps its loop busy, if that is to be recorded.
     *
     * @param task the task's name
     * @param loop the name of its loop
     * @param nanos for how long by now
     */
    public static void loopStalls(String task, String loop, long nanos) {
        if (AVAILABLE) {
            LoopStall event = new LoopStall();
            event.task = task;
            event.loop = loop;
            event.nanos = nanos;
            event.commit();
        }
    }
}
