package io.anyio.itest.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.itest.exam.EmbeddedFramework;
import io.anyio.itest.exam.Framework;
import io.anyio.itest.exam.UserBundle;
import io.anyio.itest.user.AwaitsReady;
import io.anyio.proof.Proves;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;

/** What our jars need to resolve, and who needs them, in a framework with nothing else. */
@Timeout(60)
class ResolveIT {
    private static final String[] DECLARATIVE_SERVICES = {"org.osgi.util.function", "org.osgi.util.promise",
            "org.osgi.service.component", "org.apache.felix.scr"};
    private static final UserBundle USER = UserBundle.of("awaits.ready", AwaitsReady.class);

    @TempDir
    private Path directory;

    private static String[] declarativeServicesAnd(String... bundles) {
        return Stream.concat(Arrays.stream(DECLARATIVE_SERVICES), Arrays.stream(bundles)).toArray(String[]::new);
    }

    @ParameterizedTest @EnumSource @Proves("OW-47")
    void theyNeedTheFrameworkAndDeclarativeServicesOnly(Framework kind) throws Exception {
        try (EmbeddedFramework framework = new EmbeddedFramework(kind, directory,
                declarativeServicesAnd("io.anyio.api", "io.anyio.impl", "io.anyio.net", "io.anyio.tls"))) {
            for (Bundle bundle : framework.context().getBundles()) {
                assertEquals(Bundle.ACTIVE, bundle.getState(), bundle::getSymbolicName);
            }
        }
    }

    @ParameterizedTest @EnumSource @Proves({"OW-48", "OW-49"})
    void whoRequiresTheEventLoopStartsWithIt(Framework kind) throws Exception {
        try (EmbeddedFramework framework = new EmbeddedFramework(kind, directory,
                declarativeServicesAnd("io.anyio.api"))) {
            BundleException without = assertThrows(BundleException.class, () -> framework.start(USER, directory));
            assertEquals(BundleException.RESOLVE_ERROR, without.getType(), without::toString);
            assertTrue(without.getMessage().contains("io.anyio"), without::getMessage);

            Bundle impl = framework.install("io.anyio.impl");
            // it resolves now, and its component waits
            framework.start(USER, directory);
            assertNull(ready(framework));
            impl.start();
            assertNotNull(ready(framework));
            assertEquals(0, Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("anyio")).count());
            impl.stop();
            assertNull(ready(framework));
            impl.start();
            assertNotNull(ready(framework));
        }
    }

    private static ServiceReference<?> ready(EmbeddedFramework framework) throws Exception {
        ServiceReference<?>[] found = framework.context().getAllServiceReferences(AwaitsReady.class.getName(), null);
        return found == null ? null : found[0];
    }
}
