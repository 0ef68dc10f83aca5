package io.anyio.itest.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.itest.exam.EmbeddedFramework;
import io.anyio.itest.exam.Framework;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;

/** In a framework that exports no {@code sun.misc} our bundles run, and {@code Signals} tells what is missing. */
class WithoutSignalsIT {
    private static final String[] BUNDLES = {"org.jspecify.jspecify", "org.osgi.util.function", "org.osgi.util.promise",
            "org.osgi.service.component", "org.apache.felix.scr", "io.anyio.api", "io.anyio.impl", "io.anyio.net",
            "io.anyio.tls"};
    private static final String PACKAGE = "sun.misc";

    @TempDir
    private Path directory;

    /** What the framework exports by itself, but for that package. */
    private String otherPackages(Framework kind) throws Exception {
        try (EmbeddedFramework usual = new EmbeddedFramework(kind, directory.resolve("usual"))) {
            Map<Boolean, String> exported = usual.context().getBundle().adapt(BundleWiring.class)
                    .getCapabilities(BundleRevision.PACKAGE_NAMESPACE).stream()
                    .collect(Collectors.partitioningBy(
                            one -> PACKAGE.equals(one.getAttributes().get(BundleRevision.PACKAGE_NAMESPACE)),
                            Collectors.mapping(WithoutSignalsIT::clause, Collectors.joining(","))));
            assertTrue(exported.get(true).startsWith(PACKAGE), "it is exported otherwise");
            return exported.get(false);
        }
    }

    private static String clause(BundleCapability exported) {
        return exported.getAttributes().get(BundleRevision.PACKAGE_NAMESPACE) + ";version="
                + exported.getAttributes().get(Constants.VERSION_ATTRIBUTE);
    }

    @ParameterizedTest @EnumSource
    void signalsTellWhatIsMissing(Framework kind) throws Exception {
        Map<String, String> properties = Map.of(Constants.FRAMEWORK_SYSTEMPACKAGES, otherPackages(kind),
                Constants.FRAMEWORK_BOOTDELEGATION, "", "osgi.compatibility.bootdelegation", "false");
        try (EmbeddedFramework framework = new EmbeddedFramework(kind, directory, properties, BUNDLES)) {
            BundleContext context = framework.context();
            for (Bundle bundle : context.getBundles()) {
                assertEquals(Bundle.ACTIVE, bundle.getState(), bundle::getSymbolicName);
            }
            assertEquals(0, importsOf(context));
            Object signals = context
                    .getService(context.getAllServiceReferences("io.anyio.api.signal.Signals", null)[0]);
            InvocationTargetException refused = assertThrows(InvocationTargetException.class,
                    () -> signals.getClass().getMethod("openSignalReceiver", String[].class).invoke(signals,
                            (Object) new String[]{"WINCH"}));
            UnsupportedOperationException missing = assertInstanceOf(UnsupportedOperationException.class,
                    refused.getCause());
            assertTrue(missing.getMessage().contains("in a container let the framework export " + PACKAGE),
                    missing::getMessage);
        }
    }

    /** How often our bundles are wired to the package. */
    private static long importsOf(BundleContext context) {
        return Arrays.stream(context.getBundles()).flatMap(
                bundle -> bundle.adapt(BundleWiring.class).getRequiredWires(BundleRevision.PACKAGE_NAMESPACE).stream())
                .filter(wire -> PACKAGE
                        .equals(wire.getCapability().getAttributes().get(BundleRevision.PACKAGE_NAMESPACE)))
                .count();
    }
}
