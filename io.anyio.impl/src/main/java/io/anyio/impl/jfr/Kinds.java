package io.anyio.impl.jfr;

/**
 * All kinds of events. They are made when a recording runs for the first time, because that takes tens of milliseconds.
 */
record Kinds(Kind taskStart, Kind taskEnd, Kind scopeCancel, Kind loopStall) {

    static Kinds make() {
        return new Kinds(
                new Kind("TaskStart", "Task Start", "A task begins", Kind.number("id", "Id"), Kind.text("name", "Name"),
                        Kind.number("parentId", "Parent Id"), Kind.text("loop", "Loop")),
                new Kind("TaskEnd", "Task End", "A task has ended", Kind.number("id", "Id"), Kind.text("name", "Name"),
                        Kind.text("outcome", "Outcome"), Kind.text("loop", "Loop")),
                new Kind("ScopeCancel", "Scope Cancel", "A cancelled scope was left", Kind.text("scope", "Scope"),
                        Kind.text("reason", "Reason"), Kind.text("loop", "Loop")),
                new Kind("LoopStall", "Loop Stall", "A task keeps its loop busy", Kind.text("task", "Task"),
                        Kind.text("loop", "Loop"), Kind.nanos("nanos", "Time")));
    }

    void unregister() {
        taskStart.unregister();
        taskEnd.unregister();
        scopeCancel.unregister();
        loopStall.unregister();
    }
}
