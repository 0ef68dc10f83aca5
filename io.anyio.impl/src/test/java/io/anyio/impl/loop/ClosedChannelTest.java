package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.Reactor;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/** A closed channel that is registered with a selector keeps its port until the next select. */
class ClosedChannelTest {

    @AnyioTest
    void thePortOfAClosedChannelIsFreeAtOnce(TaskGroup<Exception> group) throws IOException {
        Reactor reactor = AnyIO.service(Owners.class)
                .open("test", new Holder(Holder.APPLICATION, "test", null, () -> false)).reactor();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        for (int i = 0; i < 50; i++) {
            ServerSocketChannel channel = ServerSocketChannel.open();
            channel.bind(address);
            address = (InetSocketAddress) channel.getLocalAddress();
            RegisteredChannel registered = reactor.register(channel);
            TaskHandle<Boolean> acceptor = group.spawn(registered::awaitReadable);
            AnyIO.waitAllTasksBlocked();
            registered.close();
            ServerSocketChannel.open().bind(address).close();
            assertFalse(acceptor.await());
        }
    }
}
