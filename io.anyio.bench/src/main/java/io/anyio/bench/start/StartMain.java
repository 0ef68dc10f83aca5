package io.anyio.bench.start;

import io.anyio.api.AnyIO;
import io.anyio.bench.option.EchoCase;
import io.anyio.bench.server.ServerMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;

/**
 * A new JVM that does one thing, says {@code done}, and ends with its input: {@code nothing}, {@code run-carrier} or
 * {@code run-pool} with an empty body, or a server's name for its first echo.
 */
public final class StartMain {
    static final String NOTHING = "nothing";
    static final String RUN = "run-";
    private static final byte[] MESSAGE = new byte[64];

    private StartMain() {}

    /** Does what the argument says. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String work = arguments[0];
        if (work.startsWith(RUN)) {
            AnyIO.run(() -> {}, o -> o.backend(work.substring(RUN.length())));
        } else if (!work.equals(NOTHING)) {
            // it never ends: the client ends the JVM
            ServerMain.serve(work, new EchoCase(1, MESSAGE.length),
                    port -> Thread.ofPlatform().start(() -> echo(Integer.parseInt(port))));
        }
        finish();
    }

    private static void echo(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(MESSAGE);
            if (socket.getInputStream().readNBytes(MESSAGE.length).length < MESSAGE.length) {
                throw new IOException("The server sent less than the message");
            }
            finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the harness look at this process before it ends. */
    private static void finish() throws IOException {
        System.out.println("done");
        int _ = System.in.read();
        System.exit(0);
    }
}
