package io.anyio.api.net;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Opens listeners. What is opened, and the connections that it accepts, belong to the component that holds the
 * reference ({@code ReferenceScope.PROTOTYPE_REQUIRED}), or to the bundle (a plain reference), and are closed with it.
 * In a container a listener may be opened by any thread; served is it by a task.
 */
@ProviderType
public interface Listeners {
    /**
     * Listens on all addresses of this machine. A checkpoint if the caller is a task.
     *
     * @param port the port; 0 for any free one, see {@link SocketListener#localPort}
     * @return the listener, to be served and closed
     * @throws java.net.BindException if the port is in use or not allowed
     * @throws IOException if no socket can be had
     * @throws IllegalArgumentException if the port is outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    default SocketListener tcp(int port) throws IOException {
        return tcp(port, options -> options);
    }

    /**
     * Listens, with options. A checkpoint if the caller is a task. If the host has several addresses, the listener
     * listens on all of them, on the same port.
     *
     * @param port the port; 0 for any free one, see {@link SocketListener#localPort}
     * @param options changes the default options
     * @return the listener, to be served and closed
     * @throws java.net.BindException if the port is in use or not allowed
     * @throws java.net.UnknownHostException if the host has no address of the family
     * @throws IOException if no socket can be had
     * @throws IllegalArgumentException if the port is outside 0..65535
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    SocketListener tcp(int port, UnaryOperator<ListenOptions> options) throws IOException;

    /**
     * Listens on a path. A checkpoint if the caller is a task.
     *
     * @param path where the socket's file is made; one that is left of another listener is replaced
     * @return the listener, to be served and closed
     * @throws java.net.BindException if there is a file that is no socket
     * @throws IOException if the file cannot be made, or no socket can be had
     * @throws UnsupportedOperationException if the path is an abstract address, which begins with the character NUL
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    default SocketListener unix(String path) throws IOException {
        return unix(path, options -> options);
    }

    /**
     * Listens on a path, with options. A checkpoint if the caller is a task.
     *
     * @param path where the socket's file is made; one that is left of another listener is replaced
     * @param options changes the default options
     * @return the listener, to be served and closed
     * @throws java.net.BindException if there is a file that is no socket
     * @throws IOException if the file cannot be made or given its permissions, or no socket can be had
     * @throws UnsupportedOperationException if the path is an abstract address, which begins with the character NUL
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    SocketListener unix(String path, UnaryOperator<UnixListenOptions> options) throws IOException;

    /**
     * Listens on a path. A checkpoint if the caller is a task.
     *
     * @param path where the socket's file is made; one that is left of another listener is replaced
     * @return the listener, to be served and closed
     * @throws java.net.BindException if there is a file that is no socket
     * @throws IOException if the file cannot be made, or no socket can be had
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    default SocketListener unix(Path path) throws IOException {
        return unix(path, options -> options);
    }

    /**
     * Listens on a path, with options. A checkpoint if the caller is a task.
     *
     * @param path where the socket's file is made; one that is left of another listener is replaced
     * @param options changes the default options
     * @return the listener, to be served and closed
     * @throws java.net.BindException if there is a file that is no socket
     * @throws IOException if the file cannot be made or given its permissions, or no socket can be had
     * @throws io.anyio.api.task.LoopClosedException if the holder of this service has gone
     */
    SocketListener unix(Path path, UnaryOperator<UnixListenOptions> options) throws IOException;
}
