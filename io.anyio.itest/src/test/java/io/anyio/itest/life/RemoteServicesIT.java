package io.anyio.itest.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.examples.RemoteServicesExamples;
import io.anyio.itest.exam.EmbeddedFramework;
import io.anyio.itest.exam.Framework;
import io.anyio.itest.exam.UserBundle;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;

/** A service of Felix is called from Equinox, through the Remote Service Admin of Apache Aries. */
@Timeout(60)
class RemoteServicesIT {
    private static final String[] BUNDLES = {"org.osgi.util.function", "org.osgi.util.promise",
            "org.osgi.service.event",
            "org.osgi.service.component", "org.apache.felix.scr", "org.apache.felix.configadmin",
            "org.apache.aries.rsa.spi", "org.apache.aries.rsa.core", "org.apache.aries.rsa.provider.tcp",
            "org.apache.aries.rsa.discovery.config", "org.apache.aries.rsa.topology-manager", "io.anyio.api",
            "io.anyio.impl"};

    /** What the bundles share with this test. */
    private static final Map<String, String> PROPERTIES = Map.of(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
            "org.slf4j;version=1.7.36,org.osgi.service.cm;version=1.6.1");

    private static final UserBundle USER = UserBundle.of("prices", RemoteServicesExamples.class);

    @TempDir
    private Path directory;

    @Test
    void aTaskCallsAServiceOfAnotherFramework() throws Exception {
        int port = Ports.free();
        try (EmbeddedFramework there = new EmbeddedFramework(Framework.FELIX, directory.resolve("there"), PROPERTIES,
                BUNDLES);
                EmbeddedFramework here = new EmbeddedFramework(Framework.EQUINOX, directory.resolve("here"), PROPERTIES,
                        BUNDLES)) {
            Bundle server = there.start(USER, directory);
            configurations(there.context()).getConfiguration("prices", "?")
                    .update(dictionary(Map.of("aries.rsa.hostname", "127.0.0.1", "aries.rsa.port", port)));
            here.start(USER.version("1.0.1"), directory);
            configurations(here.context()).createFactoryConfiguration("org.apache.aries.rsa.discovery.config", "?")
                    .update(dictionary(Map.of("endpoint.id", "tcp://127.0.0.1:" + port, "service.imported.configs",
                            new String[]{"aries.tcp"}, Constants.OBJECTCLASS,
                            new String[]{RemoteServicesExamples.Prices.class.getName()})));

            ToLongFunction<List<String>> shop = shop(here.context());
            assertEquals(5, shop.applyAsLong(List.of("bread", "milk")));

            // the server does not answer: the caller is free after its timeout, and the bundle's stop ends the call
            Exception late = assertThrows(Exception.class, () -> shop.applyAsLong(List.of("gold")));
            assertTrue(late.getClass().getSimpleName().equals("TimedOutException"), late::toString);
            server.stop();
            Exception gone = assertThrows(Exception.class, () -> shop.applyAsLong(List.of("bread")));
            assertTrue(gone.toString().contains("ServiceException"), gone::toString);
            server.start();
            Books.await(() -> answer(shop), three -> three == 3, "The service is back");
        }
    }

    private static long answer(ToLongFunction<List<String>> shop) {
        try {
            return shop.applyAsLong(List.of("bread"));
        } catch (RuntimeException e) {
            return -1;
        }
    }

    private static Dictionary<String, Object> dictionary(Map<String, Object> values) {
        return new Hashtable<>(values);
    }

    private static ConfigurationAdmin configurations(BundleContext context) {
        return context.getService(context.getServiceReference(ConfigurationAdmin.class));
    }

    @SuppressWarnings("unchecked")
    private static ToLongFunction<List<String>> shop(BundleContext context) {
        ServiceReference<?> found = Books.await(() -> context.getServiceReference(ToLongFunction.class.getName()),
                one -> one != null, "The other framework is found");
        return (ToLongFunction<List<String>>) context.getService(found);
    }
}
