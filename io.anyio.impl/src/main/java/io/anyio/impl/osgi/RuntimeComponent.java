package io.anyio.impl.osgi;

import io.anyio.impl.jfr.Recorder;
import io.anyio.impl.owner.LoopRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Provides this bundle's own components with the runtime, which makes the loops of this framework. */
@Component(service = RuntimeComponent.class)
public final class RuntimeComponent {
    private final LoopRuntime runtime = new LoopRuntime();

    /** Starts no thread. */
    @Activate
    public RuntimeComponent() {}

    @Deactivate
    void release() {
        Recorder.release();
    }

    LoopRuntime runtime() {
        return runtime;
    }
}
