package io.anyio.api.net;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Opens listeners, for TCP and for UNIX sockets.
 *
 * {@snippet :
 * try (SocketListener listener = listeners.tcp(0)) {
 *     group.spawn("server", () -> listener.serve(stream -> {
 *         try (stream) {
 *             for (byte[] chunk : stream) {
 *                 stream.send(chunk);
 *             }
 *         }
 *     }));
 *     try (SocketStream stream = network.connectTcp("127.0.0.1", listener.localPort())) {
 *         stream.send("hello".getBytes(UTF_8));
 *         reply = new String(stream.receive(), UTF_8);
 *     }
 *     group.cancel();
 * }
 * }
 *
 * <p>A component gets this service by {@code @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED)}. Then the listeners
 * that it opens, and their connections, are closed with it; with a plain reference they are closed with the bundle. In
 * a container any thread may open a listener; a task serves it. In plain Java, {@code AnyIO.service(Listeners.class)}
 * returns this service.
 *
 * <p>Guide: {@code docs/tcp.md}. In AnyIO: {@code anyio.create_tcp_listener}.
 */
@ProviderType
public interface Listeners {
    /**
     * Listens on all addresses of this machine; otherwise like {@link #tcp(int, UnaryOperator)}.
     *
     * @param port the port; 0 for any free port, see {@link SocketListener#localPort}
     * @return the listener, to be served and closed
     * @throws java.net.BindException if the port is in use, or the process may not use it
     * @throws IOException if the operating system provides no socket
     * @throws IllegalArgumentException if the port is outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    default SocketListener tcp(int port) throws IOException {
        return tcp(port, options -> options);
    }

    /**
     * Listens on a TCP port. If the host has several addresses, the listener listens on all of them, on the same port.
     * A checkpoint if the caller is a task; a cancelled call leaves nothing open.
     *
     * <p>In AnyIO: {@code anyio.create_tcp_listener}. Rules: TL-01 to TL-11, TL-22 of {@code docs/semantics.md}.
     *
     * @param port the port; 0 for any free port, see {@link SocketListener#localPort}
     * @param options changes the default options
     * @return the listener, to be served and closed
     * @throws java.net.BindException if the port is in use, or the process may not use it
     * @throws java.net.UnknownHostException if the host has no address of the family
     * @throws IOException if the operating system provides no socket
     * @throws IllegalArgumentException if the port is outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    SocketListener tcp(int port, UnaryOperator<ListenOptions> options) throws IOException;

    /**
     * Listens on a path with the default options; otherwise like {@link #unix(Path, UnaryOperator)}.
     *
     * @param path the path of the socket's file
     * @return the listener, to be served and closed
     * @throws java.net.BindException if the path has a file that is not a socket
     * @throws IOException if the file cannot be made, or the operating system provides no socket
     * @throws UnsupportedOperationException if the path begins with the character NUL: the JDK has no abstract
     * addresses
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    default SocketListener unix(String path) throws IOException {
        return unix(path, options -> options);
    }

    /**
     * Listens on a path that is given as text; otherwise like {@link #unix(Path, UnaryOperator)}.
     *
     * @param path the path of the socket's file
     * @param options changes the default options
     * @return the listener, to be served and closed
     * @throws java.net.BindException if the path has a file that is not a socket
     * @throws IOException if the file cannot be made or given its permissions, or no socket can be had
     * @throws UnsupportedOperationException if the path begins with the character NUL: the JDK has no abstract
     * addresses
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    SocketListener unix(String path, UnaryOperator<UnixListenOptions> options) throws IOException;

    /**
     * Listens on a path with the default options; otherwise like {@link #unix(Path, UnaryOperator)}.
     *
     * @param path the path of the socket's file
     * @return the listener, to be served and closed
     * @throws java.net.BindException if the path has a file that is not a socket
     * @throws IOException if the file cannot be made, or no socket can be had
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    default SocketListener unix(Path path) throws IOException {
        return unix(path, options -> options);
    }

    /**
     * Listens on a path, over a UNIX socket. A file that an earlier listener has left there is replaced. A checkpoint
     * if the caller is a task; a cancelled call leaves nothing open.
     *
     * <p>In AnyIO: {@code anyio.create_unix_listener}. Rules: UX-06 to UX-11 of {@code docs/semantics.md}.
     *
     * @param path the path of the socket's file
     * @param options changes the default options
     * @return the listener, to be served and closed
     * @throws java.net.BindException if the path has a file that is not a socket
     * @throws IOException if the file cannot be made or given its permissions, or no socket can be had
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    SocketListener unix(Path path, UnaryOperator<UnixListenOptions> options) throws IOException;
}
