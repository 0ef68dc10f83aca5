package io.anyio.itest.exam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.ops4j.pax.exam.CoreOptions.options;

import io.anyio.itest.exam.bundle.Greeting;
import java.net.URI;
import java.util.function.Supplier;
import javax.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.Version;
import org.osgi.framework.launch.Framework;

@PaxExam
class UserBundleIT {

    @Inject
    BundleContext context;

    @Configuration
    static Option[] configuration() {
        var greeting = UserBundle.of("user.greeting", Greeting.class);
        return options(Reactor.declarativeServices(), greeting, greeting.version("2.0.0").header("X-Second", "yes"));
    }

    @Test
    void probeReceivesItsBundleContext() {
        assertEquals("io.anyio.itest.probe", context.getBundle().getSymbolicName());
        assertSame(UserBundleIT.class.getClassLoader(), Thread.currentThread().getContextClassLoader());
    }

    @Test
    void probeDoesNotSeeTheClassesOfAUserBundle() {
        assertThrows(ClassNotFoundException.class, () -> Class.forName("io.anyio.itest.exam.bundle.Greeting"));
    }

    @Nested
    class WhenStarted {

        Bundle bundle;

        @BeforeEach
        void start() throws BundleException {
            bundle = UserBundle.start(context, "user.greeting");
        }

        @AfterEach
        void uninstall() throws BundleException {
            bundle.uninstall();
        }

        @Test
        void componentIsRegisteredAndHasTheBundlesClassLoader() throws InvalidSyntaxException {
            var reference = context.getServiceReferences(Supplier.class, "(greeting=true)").iterator().next();
            var greeting = context.getService(reference);
            assertEquals("hello", greeting.get());
            assertSame(bundle, FrameworkUtil.getBundle(greeting.getClass()));
        }

        @Test
        void updateTakesTheOtherVersion() throws Exception {
            bundle.update(URI.create(UserBundle.location("user.greeting", "2.0.0")).toURL().openStream());
            assertEquals(new Version("2.0.0"), bundle.getVersion());
            assertEquals("yes", bundle.getHeaders().get("X-Second"));
        }
    }

    @Test
    void javaLangIsClosedUnlessTheTestOpensIt() {
        assertFalse(Object.class.getModule().isOpen("java.lang", UserBundleIT.class.getModule()));
        assertInstanceOf(Framework.class, context.getBundle(0));
    }
}
