package io.anyio.itest.exam;

import java.util.ServiceLoader;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.TestContainerException;
import org.osgi.framework.launch.FrameworkFactory;

/** An option: which framework is booted. A test class that does not say gets Felix. */
public enum Framework implements Option {
    /** Apache Felix. */
    FELIX("org.apache.felix."),
    /** Eclipse Equinox. */
    EQUINOX("org.eclipse.osgi.");

    private final String packagePrefix;

    Framework(String packagePrefix) {
        this.packagePrefix = packagePrefix;
    }

    /** Finds it on the class path of the tests. */
    FrameworkFactory factory() {
        return ServiceLoader.load(FrameworkFactory.class).stream().map(ServiceLoader.Provider::get)
                .filter(factory -> factory.getClass().getName().startsWith(packagePrefix)).findFirst()
                .orElseThrow(() -> new TestContainerException(this + " is not on the class path"));
    }
}
