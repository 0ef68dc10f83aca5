package io.anyio.itest.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.itest.exam.EmbeddedFramework;
import io.anyio.itest.exam.Framework;
import io.anyio.itest.exam.UserBundle;
import io.anyio.itest.owner.Board;
import io.anyio.itest.user.EchoServer;
import io.anyio.itest.user.Stubborn;
import io.anyio.proof.Proves;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** A framework that stops takes everything along, whatever its bundles are doing. */
@Timeout(120)
class FrameworkStopIT {
    private static final String[] BUNDLES = {"org.jspecify.jspecify", "org.osgi.util.function", "org.osgi.util.promise",
            "org.osgi.service.component", "org.apache.felix.scr", "org.apache.felix.configadmin", "io.anyio.api",
            "io.anyio.impl", "io.anyio.net"};
    private static final int PATIENCE_SECONDS = 60;
    /** Decided by the flags of this process: {@link PoolFrameworkStopIT} starts one without. */
    private static final String BACKEND = Object.class.getModule().isOpen("java.lang",
            FrameworkStopIT.class.getModule()) ? "carrier" : "pool";

    @TempDir
    private Path directory;

    /** What the JDK opens once for the process is not ours. */
    @BeforeAll
    static void openWhatStays() throws Exception {
        Class.forName("sun.nio.ch.Poller", true, null);
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
                Socket socket = new Socket("127.0.0.1", listener.socket().getLocalPort());
                SocketChannel accepted = listener.accept()) {
            assertTrue(socket.isConnected() && accepted.isOpen());
        }
    }

    private Bundle startStubborn(EmbeddedFramework framework, Board board) throws Exception {
        Bundle bundle = framework.start(UserBundle.of("user.stubborn", Stubborn.class), directory);
        for (int i = 0; i < 4; i++) {
            board.await("stubborn " + i);
        }
        return bundle;
    }

    private static void release(Board board) {
        ((Runnable) board.get("stubborn.release")).run();
    }

    /** What is done in a framework in which a server runs. */
    private interface Life {
        void live(EmbeddedFramework framework, Board board) throws Exception;
    }

    private void leavesNothing(Framework kind, Life life) throws Exception {
        Books before = Books.now();
        try (EmbeddedFramework framework = new EmbeddedFramework(kind, directory, BUNDLES)) {
            Board board = new Board(framework.context());
            framework.start(UserBundle.of("user.echo", EchoServer.class), directory);
            life.live(framework, board);
        }
        before.awaitReturn();
    }

    @ParameterizedTest @EnumSource @Proves("OW-44")
    void itMayStopWhileABundleStops(Framework kind, TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", BACKEND);
        leavesNothing(kind, (framework, board) -> {
            Bundle stubborn = startStubborn(framework, board);
            FutureTask<Void> stop = new FutureTask<>(() -> {
                stubborn.stop();
                return null;
            });
            Thread.ofPlatform().daemon().name("race").start(stop);
            Books.await(stubborn::getState, state -> state == Bundle.STOPPING, "The bundle stops");
            framework.stop();
            release(board);
            assertTrue(framework.hasStopped(PATIENCE_SECONDS));
            stop.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            for (int i = 0; i < 4; i++) {
                assertEquals(true, board.get("stubborn " + i + " ended"));
            }
        });
    }

    @ParameterizedTest @EnumSource @Proves("OW-44")
    void whoDoesNotEndDoesNotKeepIt(Framework kind, TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", BACKEND);
        leavesNothing(kind, (framework, board) -> {
            startStubborn(framework, board);
            framework.stop();
            assertTrue(framework.hasStopped(PATIENCE_SECONDS));
            release(board);
        });
    }

    @ParameterizedTest @EnumSource @Proves("OW-44")
    void connectionsEndWithIt(Framework kind, TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", BACKEND);
        leavesNothing(kind, (framework, board) -> {
            try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port(framework.context()))) {
                socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
                socket.getOutputStream().write('?');
                assertEquals('?', socket.getInputStream().read());
                framework.stop();
                assertTrue(framework.hasStopped(PATIENCE_SECONDS));
                assertEquals(-1, socket.getInputStream().read());
                assertEquals(true, board.get("handler.ended"));
            }
        });
    }

    /** The classes of the bundles are not those of the test. */
    private static int port(BundleContext context) throws Exception {
        Object whiteboard = context
                .getService(context.getAllServiceReferences("io.anyio.api.whiteboard.WhiteboardRuntime", null)[0]);
        Object listener = ((List<?>) whiteboard.getClass().getMethod("listeners").invoke(whiteboard)).getFirst();
        return (int) listener.getClass().getMethod("port").invoke(listener);
    }
}
