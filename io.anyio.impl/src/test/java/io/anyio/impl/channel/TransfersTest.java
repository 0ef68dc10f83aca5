package io.anyio.impl.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.Reactor;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.task.Deadline;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;

/** A channel notes when bytes were read or written, for who asks. */
class TransfersTest {
    private static void writeLater(RegisteredChannel channel) throws IOException {
        AnyIO.sleep(Duration.ofSeconds(10));
        assertEquals(1, channel.write(ByteBuffer.allocate(1)));
    }

    @AnyioTest(virtualClock = true)
    void transfersAreNotedOnceSomebodyHasAsked() throws IOException {
        Reactor reactor = AnyIO.service(Owners.class)
                .open("test", new Holder(Holder.APPLICATION, "test", null, () -> false)).reactor();
        Pipe pipe = Pipe.open();
        pipe.sink().configureBlocking(false);
        try (Pipe.SourceChannel _ = pipe.source()) {
            Deadline begun = AnyIO.currentTime();
            RegisteredChannel sink = reactor.register(pipe.sink());
            writeLater(sink);
            assertEquals(0, begun.until(sink.lastTransfer()).toSeconds());
            writeLater(sink);
            assertEquals(20, begun.until(sink.lastTransfer()).toSeconds());
            sink.close();
        }
    }
}
