package io.anyio.net.unix;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.testing.ByteStreamContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** UNIX streams do what every stream of bytes has to do. */
class UnixStreamContractTest extends ByteStreamContract {
    @TempDir
    Path directory;

    @Override
    protected Ends open() throws Exception {
        Path path = directory.resolve("s");
        try (SocketListener listener = AnyIO.service(Listeners.class).unix(path)) {
            SocketStream client = AnyIO.service(Network.class).connectUnix(path);
            return new Ends(client, listener.accept());
        }
    }
}
