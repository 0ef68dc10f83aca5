package io.anyio.itest.life;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.ops4j.pax.exam.CoreOptions.composite;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import io.anyio.itest.exam.UserBundle;
import io.anyio.itest.owner.Board;
import io.anyio.itest.user.EchoServer;
import io.anyio.itest.user.SlowStart;
import io.anyio.itest.user.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** What tests of the life in a framework need: user bundles, a port, and somebody who asks. */
abstract class LifeStage {
    static final String ECHO = "user.echo";
    static final String WAITING = "user.waiting";
    static final String SLOW = "user.slow";
    static final int TIMEOUT_MILLIS = 10_000;

    @Inject
    BundleContext context;

    @Inject
    ConfigurationAdmin configurations;

    Board board;
    int port;

    /** What users bring along. */
    static Option bundles() {
        UserBundle echo = UserBundle.of(ECHO, EchoServer.class);
        return composite(echo, echo.version("2.0.0"), UserBundle.of(WAITING, Waiting.class),
                UserBundle.of(SLOW, SlowStart.class));
    }

    @BeforeEach
    void open() throws IOException {
        board = new Board(context);
        port = Ports.free();
    }

    @AfterEach
    void close() throws Exception {
        for (String name : List.of(ECHO, WAITING, SLOW)) {
            Bundle user = context.getBundle(UserBundle.location(name));
            if (user != null) {
                user.uninstall();
            }
        }
        owners().delete();
        board.close();
    }

    ServiceRegistration<ConnectionHandler> register(String answer, Map<String, Object> properties) {
        ConnectionHandler handler = stream -> {
            for (byte[] _ : stream) {
                stream.send(answer.getBytes(UTF_8));
            }
        };
        return context.registerService(ConnectionHandler.class, handler, FrameworkUtil.asDictionary(properties));
    }

    Map<String, Object> onPort(Object... more) {
        Map<String, Object> properties = new HashMap<>(Map.of("anyio.tcp.port", port, "anyio.tcp.host", "127.0.0.1"));
        for (int i = 0; i < more.length; i += 2) {
            properties.put((String) more[i], more[i + 1]);
        }
        return properties;
    }

    List<FailedListenerDTO> failed() {
        return runtime().failedListeners();
    }

    WhiteboardRuntime runtime() {
        ServiceReference<WhiteboardRuntime> reference = Books.await(
                () -> context.getServiceReference(WhiteboardRuntime.class), found -> found != null,
                "There is a whiteboard");
        return context.getService(reference);
    }

    /** Who answers on the port; empty if nobody listens. */
    String ask(int where) {
        try (Socket socket = connect(where)) {
            return ask(socket);
        } catch (IOException e) {
            return "";
        }
    }

    static Socket connect(int where) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), where);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    static String ask(Socket socket) throws IOException {
        socket.getOutputStream().write('?');
        byte[] answer = new byte[100];
        int length = socket.getInputStream().read(answer);
        return length < 0 ? "" : new String(answer, 0, length, UTF_8);
    }

    void awaitAnswer(String wanted) {
        Books.await(() -> ask(port), wanted::equals, "'" + wanted + "' answers on port " + port);
    }

    Configuration owners() throws IOException {
        return configurations.getConfiguration("io.anyio.impl.owners", "?");
    }
}
