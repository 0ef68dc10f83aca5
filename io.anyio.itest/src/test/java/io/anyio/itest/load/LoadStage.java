package io.anyio.itest.load;

import io.anyio.itest.exam.EmbeddedFramework;
import io.anyio.itest.exam.Framework;
import io.anyio.itest.exam.UserBundle;
import io.anyio.itest.user.PolitePlain;
import io.anyio.itest.user.PoliteSecure;
import io.anyio.itest.user.Politeness;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.ConfigurationAdmin;

/** A framework with our bundles and two of users, none of which is started at first. */
final class LoadStage implements AutoCloseable {
    static final String PLAIN = "user.plain";
    static final String SECURE = "user.secure";
    static final String API = "io.anyio.api";
    static final List<String> BUNDLES = List.of(API, "io.anyio.impl", "io.anyio.net", "io.anyio.tls",
            "io.anyio.operations", PLAIN, SECURE);
    private static final String[] NEEDED = {"org.jspecify.jspecify", "org.osgi.util.function", "org.osgi.util.promise",
            "org.osgi.service.component", "org.apache.felix.scr", "org.apache.felix.configadmin"};
    private static final int PATIENCE_SECONDS = 60;

    private final EmbeddedFramework framework;
    private final Loaders loaders;
    private final Map<String, Bundle> bundles = new HashMap<>();
    private final Map<String, URI> locations;
    private final Delivery delivery;

    /** The jars of the user bundles, by name and major version. */
    static Map<String, URI> build(Path directory) throws Exception {
        Map<String, URI> jars = new HashMap<>();
        for (UserBundle bundle : List.of(UserBundle.of(PLAIN, PolitePlain.class, Politeness.class),
                UserBundle.of(SECURE, PoliteSecure.class, Politeness.class))) {
            jars.put(bundle.symbolicName() + 1, EmbeddedFramework.build(bundle, directory).toUri());
            jars.put(bundle.symbolicName() + 2, EmbeddedFramework.build(bundle.version("2.0.0"), directory).toUri());
        }
        return jars;
    }

    LoadStage(Framework kind, Path directory, Map<String, URI> jars, Tally tally, Complaints complaints,
            Loaders loaders) throws Exception {
        this.loaders = loaders;
        locations = jars;
        framework = new EmbeddedFramework(kind, directory,
                Map.of(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, "org.osgi.service.cm;version=1.6"), NEEDED);
        framework.context().addFrameworkListener(complaints);
        framework.context().registerService(BiConsumer.class, tally, FrameworkUtil.asDictionary(Map.of("board", true)));
        delivery = new Delivery(framework.context());
        for (String name : BUNDLES) {
            URI jar = jars.get(name + 1);
            bundles.put(name, jar == null
                    ? framework.install(name)
                    : framework.context().installBundle(jar.toString()));
        }
    }

    ConfigurationAdmin configurations() {
        return framework.context()
                .getService(framework.context().getServiceReference(ConfigurationAdmin.class));
    }

    /** Waits until all changes have been delivered. */
    void awaitConfigurations() throws IOException {
        delivery.await(configurations());
    }

    void start(Collection<String> names) throws BundleException {
        for (String name : names) {
            bundles.get(name).start();
        }
    }

    void stop(String name) throws BundleException {
        bundles.get(name).stop();
    }

    /** The letter with which a user bundle answers. */
    int letter(String name) {
        return 'a' + bundles.get(name).getVersion().getMajor();
    }

    void befall(String name, Fate fate) throws Exception {
        Bundle bundle = bundles.get(name);
        switch (fate) {
            case RESTARTED -> {
                bundle.stop();
                bundle.start();
            }
            case UPDATED -> {
                update(name);
                if (name.equals(API)) {
                    // bundles that are wired to the former revision get no services of the new one
                    refresh(List.of(bundle));
                }
            }
            case REFRESHED -> refresh(List.of(bundle));
        }
    }

    /** Of a user bundle there is another version each time, of ours a new revision of the same one. */
    void update(String name) throws Exception {
        Bundle bundle = bundles.get(name);
        loaders.willGo(bundle);
        URI other = locations.get(name + (3 - bundle.getVersion().getMajor()));
        try (InputStream content = (other == null ? URI.create(bundle.getLocation()) : other).toURL().openStream()) {
            bundle.update(content);
        }
    }

    private void refresh(Collection<Bundle> some) throws InterruptedException {
        FrameworkWiring wiring = framework.context().getBundle(0).adapt(FrameworkWiring.class);
        wiring.getDependencyClosure(some).forEach(loaders::willGo);
        CountDownLatch refreshed = new CountDownLatch(1);
        wiring.refreshBundles(some, event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        });
        if (!refreshed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError(some + " are not refreshed after " + PATIENCE_SECONDS + " s");
        }
    }

    /** Former revisions go, and nothing may keep their class loaders. */
    void awaitEndOfFormerRevisions() throws InterruptedException {
        Collection<Bundle> pending = framework.context().getBundle(0).adapt(FrameworkWiring.class)
                .getRemovalPendingBundles();
        if (!pending.isEmpty()) {
            refresh(pending);
        }
        loaders.awaitEnd(new ArrayList<>(bundles.values()));
    }

    /** All class loaders will go. */
    void stopFramework() throws Exception {
        bundles.values().forEach(loaders::willGo);
        framework.stop();
    }

    void awaitStop() throws InterruptedException {
        if (!framework.hasStopped(PATIENCE_SECONDS)) {
            throw new AssertionError("The framework has not stopped after " + PATIENCE_SECONDS + " s");
        }
    }

    @Override
    public void close() throws BundleException {
        framework.close();
    }
}
