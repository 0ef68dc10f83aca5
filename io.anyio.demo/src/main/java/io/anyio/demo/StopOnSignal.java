package io.anyio.demo;

import java.time.Duration;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Stops the framework, and with it every bundle in order, when the JVM is told to end: by Ctrl-C or SIGTERM. The
 * launcher does not.
 */
@Component(service = {})
public final class StopOnSignal {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Framework framework;
    private final Thread hook = new Thread(this::stop, "stop the framework");

    /**
     * Waits for the signal.
     *
     * @param context the demo's bundle context
     */
    @Activate
    public StopOnSignal(BundleContext context) {
        framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(Framework.class);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void stop() {
        try {
            framework.stop();
            framework.waitForStop(PATIENCE.toMillis());
        } catch (BundleException e) {
            System.getLogger(StopOnSignal.class.getName()).log(System.Logger.Level.ERROR, "The framework does not stop",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Leaves the JVM as it was, when the demo is stopped alone. */
    @Deactivate
    void forget() {
        if (Thread.currentThread() == hook) return;
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook runs or is about to.
        }
    }
}
