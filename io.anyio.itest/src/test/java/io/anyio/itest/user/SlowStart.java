package io.anyio.itest.user;

import io.anyio.api.AnyIO;
import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.SocketStream;
import io.anyio.api.task.EventLoop;
import io.anyio.api.whiteboard.TcpListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;

/** One server for each configuration; its activation takes until it is told to go on. */
@Component(name = "slow.start", configurationPolicy = ConfigurationPolicy.REQUIRE)
@TcpListener(port = 0, host = "127.0.0.1")
public final class SlowStart implements ConnectionHandler {
    /** Spawns, and waits. */
    @Activate
    public SlowStart(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) EventLoop loop,
            @Reference(target = "(board=true)") BiConsumer<String, Object> board) throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        loop.spawn("of a slow start", AnyIO::sleepForever);
        board.accept("slow.activates", (Runnable) goOn::countDown);
        goOn.await();
    }

    @Override
    public void handle(SocketStream stream) throws IOException {
        stream.send("slow".getBytes(StandardCharsets.UTF_8));
    }
}
