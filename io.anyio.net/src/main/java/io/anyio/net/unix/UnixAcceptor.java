package io.anyio.net.unix;

import io.anyio.api.net.SocketListener;
import io.anyio.api.net.UnixListenOptions;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Reactor;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.spi.Tentative;
import io.anyio.net.socket.Opening;
import io.anyio.net.stream.Acceptor;
import io.anyio.net.stream.ChannelListener;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One socket that listens on a path. */
public final class UnixAcceptor extends Acceptor {
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private final Path path;
    private final boolean deleteAtClose;
    private final @Nullable Object file;

    private UnixAcceptor(ServerSocketChannel channel, RegisteredChannel registered, Owner owner, Path path,
            boolean deleteAtClose) throws IOException {
        super(channel, registered, owner, "unix");
        this.path = path;
        this.deleteAtClose = deleteAtClose;
        this.file = fileAt(path);
    }

    /** Sets the permissions of the file, which decide who may connect. */
    @FunctionalInterface
    interface Permissions {
        void set(Path path, Set<PosixFilePermission> permissions) throws IOException;
    }

    /**
     * Opens a listener, which is closed with the owner.
     *
     * @param owner the owner of the listener
     * @param path the path
     * @param options its options
     * @return the listener
     * @throws IOException if the file cannot be created, or the operating system provides no socket
     */
    public static SocketListener listen(Owner owner, Path path, UnixListenOptions options) throws IOException {
        return ChannelListener.of(List.of(open(owner, path, options, Files::setPosixFilePermissions)), owner);
    }

    static UnixAcceptor open(Owner owner, Path path, UnixListenOptions options, Permissions permissions)
            throws IOException {
        UnixDomainSocketAddress address = UnixPaths.address(path);
        // first: a closed owner must not take the path from another listener
        Reactor reactor = owner.reactor();
        try (Opening<ServerSocketChannel> opening = new Opening<>(channel())) {
            ServerSocketChannel channel = opening.channel();
            if (isSocket(path)) {
                Files.delete(path);
            }
            bind(channel, address, options.backlog());
            try (Tentative file = new Tentative(() -> Files.deleteIfExists(path))) {
                if (!options.permissions().isEmpty()) {
                    permissions.set(path, options.permissions());
                }
                UnixAcceptor acceptor = new UnixAcceptor(channel, opening.register(reactor), owner, path,
                        options.deleteAtClose());
                return opening.succeeded(file.keep(acceptor));
            }
        }
    }

    private static ServerSocketChannel channel() throws IOException {
        try {
            return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (UnsupportedOperationException e) {
            throw new SocketException("There are no sockets of the family UNIX here", e);
        }
    }

    /**
     * Whether the file is a socket. It is replaced, whether its listener has ended or not, as in AnyIO since version 3.
     */
    private static boolean isSocket(Path path) throws IOException {
        try {
            if (path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
                return ((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & FILE_TYPE) == SOCKET;
            }
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther();
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    private static void bind(ServerSocketChannel channel, UnixDomainSocketAddress address, int backlog)
            throws IOException {
        try {
            channel.bind(address, backlog);
        } catch (SocketException e) {
            boolean exists = Files.exists(address.getPath(), LinkOption.NOFOLLOW_LINKS);
            BindException refused = new BindException("Cannot listen on unix:" + address + ": "
                    + (exists
                            ? "there is a file that is no socket. Choose another path, or delete it"
                            : e.getMessage()));
            refused.initCause(e);
            throw refused;
        }
    }

    private static @Nullable Object fileAt(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    @Override
    protected boolean admit(SocketChannel connection) {
        return true;
    }

    /**
     * Deletes the file before the socket is closed, so that no client finds a file at which nothing listens. Another
     * listener may have replaced the file: then it stays.
     */
    @Override
    protected void closing() throws IOException {
        if (deleteAtClose && Objects.equals(file, fileAt(path))) {
            Files.deleteIfExists(path);
        }
    }
}
