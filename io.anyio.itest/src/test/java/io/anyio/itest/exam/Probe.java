package io.anyio.itest.exam;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import java.io.IOException;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.ops4j.pax.exam.ProbeInvoker;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/**
 * Activator of the probe bundle: offers the service with which the outside has tests run inside the framework.
 *
 * <p>Public, because the forked container's RMI server calls it by reflection.
 */
public final class Probe implements BundleActivator, ProbeInvoker {

    /** Value of the service property {@code Probe-Signature}, by which Pax Exam looks up the invoker. */
    static final String SIGNATURE = "io.anyio.itest.exam";

    @Override
    public void start(BundleContext context) {
        context.registerService(ProbeInvoker.class, this, new Hashtable<>(Map.of("Probe-Signature", SIGNATURE)));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework unregisters the service.
    }

    /**
     * Runs tests and returns when they have ended.
     *
     * @param arguments the loopback port that takes the {@link Event}s, the unique ids of the tests (list of strings),
     * the configuration parameters (map of strings)
     */
    @Override @SuppressWarnings("unchecked")
    public void call(Object... arguments) {
        var thread = Thread.currentThread();
        var loader = thread.getContextClassLoader();
        thread.setContextClassLoader(Probe.class.getClassLoader());
        try (var recorder = new Recorder((Integer) arguments[0])) {
            run((List<String>) arguments[1], (Map<String, String>) arguments[2], recorder);
        } catch (IOException e) {
            throw new IllegalStateException("The outside does not listen on port " + arguments[0], e);
        } finally {
            thread.setContextClassLoader(loader);
        }
    }

    private static void run(List<String> ids, Map<String, String> parameters, Recorder recorder) {
        try {
            // Nothing is registered by service loading: what serves the outside must not act a second time inside.
            var config = LauncherConfig.builder()
                    .enableTestEngineAutoRegistration(false)
                    .enableLauncherSessionListenerAutoRegistration(false)
                    .enableLauncherDiscoveryListenerAutoRegistration(false)
                    .enableTestExecutionListenerAutoRegistration(false)
                    .enablePostDiscoveryFilterAutoRegistration(false)
                    .addTestEngines(new JupiterTestEngine())
                    .build();
            var request = LauncherDiscoveryRequestBuilder.request().configurationParameters(parameters);
            ids.forEach(id -> request.selectors(selectUniqueId(id)));
            LauncherFactory.create(config).execute(request.build(), recorder);
        } catch (Throwable failure) {
            recorder.send(new Event.Broken(new CarriedThrowable(failure)));
        }
    }
}
