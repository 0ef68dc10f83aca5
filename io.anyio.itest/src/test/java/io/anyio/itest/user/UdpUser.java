package io.anyio.itest.user;

import io.anyio.api.net.Network;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.task.EventLoop;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** Echoes datagrams on the bundle's loop; what it opened it leaves to the end of its bundle. */
@Component(name = "udp.user", service = {})
public final class UdpUser {
    /** Starts the echo. */
    @Activate
    public UdpUser(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Network network,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) {
        loop.spawn("echo datagrams", () -> {
            try {
                UdpSocket socket = network.createUdpSocket(o -> o.localHost("127.0.0.1"));
                board.accept("udp.port", socket.localPort());
                for (UdpPacket packet : socket) {
                    socket.send(packet);
                }
            } finally {
                board.accept("udp.user.ended", true);
            }
        });
    }
}
