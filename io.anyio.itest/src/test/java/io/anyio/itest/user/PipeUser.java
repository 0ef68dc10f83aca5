package io.anyio.itest.user;

import io.anyio.api.net.Network;
import io.anyio.api.task.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** Reads from a pipe of the JDK's, which it leaves open. */
@Component(name = "pipe.user", service = {})
public final class PipeUser {
    /** Begins to read. */
    @Activate
    public PipeUser(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop,
            @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Network network,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) throws IOException {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        board.accept("pipe", pipe);
        loop.spawn("reads", () -> {
            try {
                while (true) {
                    network.awaitReadable(pipe.source());
                    board.accept("pipe.read", pipe.source().read(ByteBuffer.allocate(10)));
                }
            } finally {
                board.accept("pipe.user.ended", true);
            }
        });
    }
}
