package io.anyio.impl.jfr;

/**
 * All kinds of events. They are made when a recording runs for the first time, because that takes tens of milliseconds.
 */
record EventKinds(EventKind taskStart, EventKind taskEnd, EventKind scopeCancel, EventKind loopStall) {

    static EventKinds make() {
        return new EventKinds(
                new EventKind("TaskStart", "Task Start", "A task begins", EventKind.number("id", "Id"),
                        EventKind.text("name", "Name"),
                        EventKind.number("parentId", "Parent Id"), EventKind.text("loop", "Loop")),
                new EventKind("TaskEnd", "Task End", "A task has ended", EventKind.number("id", "Id"),
                        EventKind.text("name", "Name"),
                        EventKind.text("outcome", "Outcome"), EventKind.text("loop", "Loop")),
                new EventKind("ScopeCancel", "Scope Cancel", "A cancelled scope was left",
                        EventKind.text("scope", "Scope"),
                        EventKind.text("reason", "Reason"), EventKind.text("loop", "Loop")),
                new EventKind("LoopStall", "Loop Stall", "A task keeps its loop busy", EventKind.text("task", "Task"),
                        EventKind.text("loop", "Loop"), EventKind.nanos("nanos", "Time")));
    }

    void unregister() {
        taskStart.unregister();
        taskEnd.unregister();
        scopeCancel.unregister();
        loopStall.unregister();
    }
}
