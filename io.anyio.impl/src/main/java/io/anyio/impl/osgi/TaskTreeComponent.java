package io.anyio.impl.osgi;

import io.anyio.api.debug.TaskTree;
import io.anyio.impl.owner.RunningTasks;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Publishes {@link TaskTree}, which shows what runs; and itself for this bundle's commands, which may also cancel. */
@Component(service = {TaskTree.class, TaskTreeComponent.class})
public final class TaskTreeComponent extends RunningTasks {
    /**
     * Makes it.
     *
     * @param runtime the runtime of the loops
     */
    @Activate
    public TaskTreeComponent(@Reference RuntimeComponent runtime) {
        super(runtime.runtime()::runs);
    }
}
