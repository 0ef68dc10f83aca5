package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.Network;
import io.anyio.testing.AnyioTest;

/** TLS without its bundle; with it, it is tested there. */
class ConnectTlsTest {
    @AnyioTest
    void withoutItsBundleTlsIsRefusedByNameBeforeAnythingIsConnected() {
        Network network = AnyIO.service(Network.class);
        IllegalStateException error = assertThrows(IllegalStateException.class,
                () -> network.connectTcp("127.0.0.1", 1, o -> o.tls(true)));
        assertTrue(String.valueOf(error.getMessage()).contains("io.anyio.tls"), error.getMessage());
    }
}
