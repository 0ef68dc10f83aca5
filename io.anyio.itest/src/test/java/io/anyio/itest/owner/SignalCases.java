package io.anyio.itest.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.signal.SignalReceiver;
import io.anyio.api.signal.Signals;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.task.EventLoop;
import io.anyio.api.task.LoopClosedException;
import io.anyio.itest.exam.UserBundle;
import io.anyio.itest.user.SignalsUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.inject.Inject;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** A bundle that receives signals: run in each framework. What the JVM handles the operating system tells. */
abstract class SignalCases {
    static final String SIGNALS = "user.signals";
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int WINCH = 28;

    @Inject
    BundleContext context;

    @Inject
    EventLoop loop;

    static UserBundle user() {
        return UserBundle.of(SIGNALS, SignalsUser.class);
    }

    private static boolean isHandled() throws Exception {
        String mask = Files.readAllLines(STATUS).stream().filter(line -> line.startsWith("SigCgt:")).findFirst()
                .orElseThrow().substring("SigCgt:".length()).trim();
        return ((Long.parseUnsignedLong(mask, 16) >>> (WINCH - 1)) & 1) != 0;
    }

    @Test
    void aBundleReceivesASignalUntilItStops() throws Exception {
        try (Board board = new Board(context)) {
            assertFalse(isHandled());
            Bundle bundle = UserBundle.start(context, SIGNALS);
            try {
                SignalReceiver receiver = (SignalReceiver) board.await("signals.open");
                assertTrue(isHandled());
                assertEquals(0, new ProcessBuilder("kill", "-s", "WINCH", Long.toString(ProcessHandle.current().pid()))
                        .start().waitFor());
                assertEquals("WINCH " + WINCH, board.await("signals.got"));
                bundle.stop();
                assertFalse(isHandled());
                loop.call(() -> assertThrows(ClosedResourceException.class, receiver::receive));
                Signals kept = (Signals) board.get("signals.service");
                LoopClosedException gone = assertThrows(LoopClosedException.class,
                        () -> kept.openSignalReceiver("WINCH"));
                assertTrue(gone.getMessage().contains("Signals") && gone.getMessage().contains(SIGNALS),
                        gone.getMessage());
            } finally {
                bundle.uninstall();
            }
        }
    }

    /** A framework that does not export the package does not keep our bundle from being resolved. */
    @Test
    void thePackageOfTheJdkIsNotRequired() {
        Bundle impl = Arrays.stream(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().equals("io.anyio.impl")).findFirst().orElseThrow();
        BundleRequirement required = impl.adapt(BundleRevision.class)
                .getDeclaredRequirements(BundleRevision.PACKAGE_NAMESPACE).stream()
                .filter(one -> one.getDirectives().getOrDefault("filter", "").contains("=sun.misc)")).findFirst()
                .orElseThrow();
        assertEquals("optional", required.getDirectives().get("resolution"));
    }
}
