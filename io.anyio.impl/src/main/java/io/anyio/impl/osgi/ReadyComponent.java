package io.anyio.impl.osgi;

import io.anyio.api.debug.TaskTree;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.process.Processes;
import io.anyio.api.signal.Signals;
import io.anyio.api.stream.MemoryStreams;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.EventLoop;
import io.anyio.api.task.RequireAnyIO;
import io.anyio.api.thread.Portals;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.condition.Condition;

/** The condition {@code io.anyio.ready}. Its references are never obtained: what counts is that they are there. */
@Component(service = Condition.class, property = Condition.CONDITION_ID + "=" + RequireAnyIO.READY, reference = {
        @Reference(name = "EventLoop", service = EventLoop.class),
        @Reference(name = "Portals", service = Portals.class),
        @Reference(name = "Synchronization", service = Synchronization.class),
        @Reference(name = "MemoryStreams", service = MemoryStreams.class),
        @Reference(name = "AsyncFiles", service = AsyncFiles.class),
        @Reference(name = "Processes", service = Processes.class),
        @Reference(name = "Signals", service = Signals.class),
        @Reference(name = "TaskTree", service = TaskTree.class)})
@Capability(namespace = "osgi.implementation", name = RequireAnyIO.IMPLEMENTATION, version = RequireAnyIO.VERSION,
        uses = EventLoop.class)
public final class ReadyComponent implements Condition {
    /** Makes it. */
    public ReadyComponent() {}
}
