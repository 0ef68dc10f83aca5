package io.anyio.net.unix;

import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Where UNIX sockets are. */
public final class UnixPaths {
    private UnixPaths() {}

    /**
     * Checks a path that is given as text.
     *
     * @param path the text
     * @return the path
     * @throws UnsupportedOperationException if it is an abstract address
     */
    public static Path of(String path) {
        if (path.startsWith("\0")) {
            throw new UnsupportedOperationException(
                    "Abstract addresses are not supported: the JDK's UNIX sockets have paths only, but this one begins with the character NUL");
        }
        return Path.of(path);
    }

    static UnixDomainSocketAddress address(Path path) {
        if (path.toString().isEmpty()) {
            throw new IllegalArgumentException("The path of a UNIX socket is empty");
        }
        return UnixDomainSocketAddress.of(path);
    }
}
