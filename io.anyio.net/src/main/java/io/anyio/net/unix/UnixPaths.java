package io.anyio.net.unix;

import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Objects;

/** The paths of UNIX sockets. */
public final class UnixPaths {
    private static final Charset ENCODING = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    /**
     * How many bytes a path may have: the operating system has space for 104 on macOS and 108 elsewhere, of which the
     * JDK does not use two.
     */
    private static final int MAX_BYTES = System.getProperty("os.name", "").startsWith("Mac") ? 102 : 106;

    private UnixPaths() {}

    /**
     * Checks a path that is given as text.
     *
     * @param path the text
     * @return the path
     * @throws UnsupportedOperationException if it is an abstract address
     */
    public static Path of(String path) {
        Objects.requireNonNull(path, "The path of a UNIX socket is null");
        if (path.startsWith("\0")) {
            throw new UnsupportedOperationException(
                    "Abstract addresses are not supported: the JDK's UNIX sockets have paths only, but this one "
                            + "begins with the character NUL");
        }
        return Path.of(path);
    }

    static UnixDomainSocketAddress address(Path path) throws SocketException {
        if (path.toString().isEmpty()) {
            throw new IllegalArgumentException("The path of a UNIX socket is empty");
        }
        int bytes = path.toString().getBytes(ENCODING).length;
        if (bytes > MAX_BYTES) {
            throw new SocketException("The path of a UNIX socket has " + bytes + " bytes, and at most " + MAX_BYTES
                    + " are possible: choose a shorter one, or one that is relative to the working directory. It is "
                    + path);
        }
        return UnixDomainSocketAddress.of(path);
    }
}
