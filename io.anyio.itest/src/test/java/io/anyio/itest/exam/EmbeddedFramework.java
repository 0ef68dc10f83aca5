package io.anyio.itest.exam;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.FrameworkFactory;

/** A framework in this process, for tests of its own end, which a test inside would not survive. */
public final class EmbeddedFramework implements AutoCloseable {
    private final org.osgi.framework.launch.Framework framework;

    /**
     * Boots a framework and starts bundles of the class path in it.
     *
     * @param kind which framework
     * @param directory where it stores its bundles
     * @param symbolicNames the bundles
     */
    public EmbeddedFramework(Framework kind, Path directory, String... symbolicNames) throws Exception {
        this(kind, directory, Map.of(), symbolicNames);
    }

    /** The same, with properties of the framework. */
    public EmbeddedFramework(Framework kind, Path directory, Map<String, String> properties, String... symbolicNames)
            throws Exception {
        Map<String, String> all = new HashMap<>(properties);
        all.put(Constants.FRAMEWORK_STORAGE, directory.resolve("storage").toString());
        all.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        framework = factory(kind).newFramework(all);
        framework.start();
        List<Bundle> bundles = new ArrayList<>();
        for (String name : symbolicNames) {
            bundles.add(install(name));
        }
        for (Bundle bundle : bundles) {
            bundle.start();
        }
    }

    /**
     * Each with a class loader of its own: Felix and Equinox have classes of the same names, and one of them is signed.
     */
    private static FrameworkFactory factory(Framework kind) throws Exception {
        Class<?> type = kind.factory().getClass();
        return (FrameworkFactory) new Isolated(type.getProtectionDomain().getCodeSource().getLocation())
                .loadClass(type.getName()).getConstructor().newInstance();
    }

    /** The classes of one jar, but for the API of OSGi. */
    private static final class Isolated extends URLClassLoader {
        Isolated(URL jar) {
            super(new URL[]{jar}, EmbeddedFramework.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("org.apache.felix.") && !name.startsWith("org.eclipse.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }

    /** The context of the framework's own bundle. */
    public BundleContext context() {
        return framework.getBundleContext();
    }

    /** Installs a bundle of the class path. */
    public Bundle install(String symbolicName) throws Exception {
        return context().installBundle(Reactor.jar(symbolicName).toURI().toString());
    }

    /** Builds a bundle, and returns its jar. */
    public static Path build(UserBundle bundle, Path directory) throws Exception {
        return UserBundleBuilder.build(bundle, directory);
    }

    /** Builds a bundle and starts it. */
    public Bundle start(UserBundle bundle, Path directory) throws Exception {
        Bundle installed = context().installBundle(build(bundle, directory).toUri().toString());
        installed.start();
        return installed;
    }

    /** Asks the framework to stop; does not wait. */
    public void stop() throws Exception {
        framework.stop();
    }

    /** Whether the framework has stopped within some seconds. */
    public boolean hasStopped(int seconds) throws InterruptedException {
        return framework.waitForStop(TimeUnit.SECONDS.toMillis(seconds)).getType() == FrameworkEvent.STOPPED;
    }

    @Override
    public void close() throws BundleException {
        framework.stop();
        try {
            framework.waitForStop(0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
