package io.anyio.impl.osgi;

import io.anyio.api.task.ContextCarrier;
import io.anyio.impl.jfr.Recorder;
import io.anyio.impl.owner.LoopRuntime;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.util.tracker.ServiceTracker;

/** Provides this bundle's own components with the runtime, which makes the loops of this framework. */
@Component(service = RuntimeComponent.class)
public final class RuntimeComponent {
    private final LoopRuntime runtime = new LoopRuntime();
    private final ServiceTracker<ContextCarrier, Runnable> carriers;

    /**
     * Starts no thread.
     *
     * @param context finds the services that carry values to tasks
     */
    @Activate
    public RuntimeComponent(BundleContext context) {
        carriers = CarrierServices.tracker(context, runtime.carriers());
    }

    @Activate
    void open() {
        carriers.open();
    }

    @Deactivate
    void release() {
        carriers.close();
        Recorder.release();
    }

    LoopRuntime runtime() {
        return runtime;
    }
}
