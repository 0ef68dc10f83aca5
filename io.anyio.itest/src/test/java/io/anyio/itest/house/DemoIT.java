package io.anyio.itest.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.itest.life.Ports;
import io.anyio.itest.table.Keys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The servers of the demo, as the README starts them. */
@Timeout(120)
class DemoIT {
    private static final Path PROXY = Path.of("../io.anyio.app/proxy.json").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    private static String read(Socket socket, int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), UTF_8);
    }

    private static BufferedReader lines(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    @Test
    void thoseWhoChatReadEachOther() throws Exception {
        try (Demo demo = new Demo(directory)) {
            int port = demo.port("Chat");
            try (Socket ada = Demo.connect(port); Socket bob = Demo.connect(port); Socket again = Demo.connect(port)) {
                BufferedReader atAda = lines(ada);
                write(ada, "Ada\n");
                assertEquals("Your name?", atAda.readLine());
                // a line comes as it pleases
                write(bob, "Bo");
                write(bob, "b\r\nhello\n");
                assertEquals("Bob is here", atAda.readLine());
                assertEquals("Bob: hello", atAda.readLine());
                write(again, "Bob\n");
                BufferedReader atAgain = lines(again);
                atAgain.readLine();
                assertEquals("There is another Bob here", atAgain.readLine());
                assertEquals(null, atAgain.readLine());
                bob.shutdownOutput();
                assertEquals("Bob has left", atAda.readLine());
            }
            assertTrue(demo.stop());
        }
    }

    @Test
    void theProxyTakesTlsAndPassesTheBytesOn() throws Exception {
        SSLContext trusting = Keys.make(directory);
        int echo = Ports.free();
        try (Demo demo = new Demo(directory, "-Ddemo.port=" + echo, "-Ddemo.proxy.port=0",
                "-Ddemo.keys=" + directory.resolve(Keys.FILE),
                "-Dconfigurator.initial=" + PROXY.toUri())) {
            int port = demo.port("TlsProxy");
            try (SSLSocket client = secure(port, trusting)) {
                write(client, "hello");
                assertEquals("hello", read(client, 5));
                client.shutdownOutput();
                assertEquals("", read(client, 1));
            }
            try (Socket plain = Demo.connect(port)) {
                write(plain, "no handshake\r\n\r\n");
                read(plain, 1000);
            }
            assertTrue(demo.stop());
            assertThrows(ConnectException.class, () -> Demo.connect(port));
            assertEquals(-1, demo.console().indexOf("Error"), demo.console());
        }
    }

    private static SSLSocket secure(int port, SSLContext trusting) throws IOException {
        return (SSLSocket) trusting.getSocketFactory().createSocket(Demo.connect(port), "localhost", port, true);
    }
}
