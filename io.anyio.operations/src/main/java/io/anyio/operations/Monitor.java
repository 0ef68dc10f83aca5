package io.anyio.operations;

import io.anyio.api.debug.TaskTree;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Reads the figures for the parts of this bundle. It keeps nothing and starts nothing.
 *
 * <p>The whiteboard may come and go, and is looked up at each use: bind and unbind methods could be called in the wrong
 * order.
 */
@Component(service = Monitor.class, reference = @Reference(name = Monitor.WHITEBOARD, service = WhiteboardRuntime.class,
        cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC))
public final class Monitor {
    static final String WHITEBOARD = "whiteboard";

    private final TaskTree tree;
    private final Supplier<@Nullable WhiteboardRuntime> whiteboard;

    /**
     * Makes it.
     *
     * @param context finds the whiteboard
     * @param tree has the figures of the loops
     */
    @Activate
    public Monitor(ComponentContext context, @Reference TaskTree tree) {
        this(tree, () -> context.locateService(WHITEBOARD));
    }

    Monitor(TaskTree tree, Supplier<@Nullable WhiteboardRuntime> whiteboard) {
        this.tree = tree;
        this.whiteboard = whiteboard;
    }

    /** Reads all figures. From any thread; waits for nothing. */
    Figures read() {
        WhiteboardRuntime runtime = whiteboard.get();
        return new Figures(tree.figures(), runtime == null ? List.of() : runtime.listeners(),
                runtime == null ? List.of() : runtime.failedListeners());
    }
}
