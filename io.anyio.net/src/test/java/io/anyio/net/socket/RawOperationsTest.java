package io.anyio.net.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.NetworkChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The channel that is handed out passes each operation on to the one behind it, which here blocks. */
class RawOperationsTest {
    private static final SocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final AtomicInteger closes = new AtomicInteger();
    private final List<NetworkChannel> opened = new ArrayList<>();

    private <C extends NetworkChannel> C behind(C channel) {
        opened.add(channel);
        return channel;
    }

    @SuppressWarnings("unchecked") // it is of the same kind
    private <C extends NetworkChannel> C raw(C behind) {
        return (C) RawSocket.of(behind, closes::incrementAndGet);
    }

    @AfterEach
    void closeWhatIsBehind() throws IOException {
        for (NetworkChannel channel : opened) {
            channel.close();
        }
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    private static void hold(ByteBuffer buffer, int... values) {
        byte[] got = new byte[buffer.flip().remaining()];
        buffer.get(got);
        assertArrayEquals(bytes(values).array(), got);
    }

    @Test
    void ofAConnectionAndItsListener() throws IOException {
        ServerSocketChannel listening = behind(ServerSocketChannel.open());
        ServerSocketChannel listener = raw(listening);
        assertNull(listener.getLocalAddress());
        assertSame(listener, listener.setOption(StandardSocketOptions.SO_REUSEADDR, true));
        assertTrue(listening.getOption(StandardSocketOptions.SO_REUSEADDR));
        assertEquals(true, listener.getOption(StandardSocketOptions.SO_REUSEADDR));
        assertEquals(listening.supportedOptions(), listener.supportedOptions());
        assertSame(listener, listener.bind(ANY_PORT, 5));
        assertEquals(listening.getLocalAddress(), listener.getLocalAddress());
        assertThrows(UnsupportedOperationException.class, listener::socket);

        SocketChannel connecting = behind(SocketChannel.open());
        SocketChannel client = raw(connecting);
        assertNull(client.getRemoteAddress());
        assertFalse(client.isConnected());
        assertFalse(client.isConnectionPending());
        assertThrows(UnsupportedOperationException.class, client::socket);
        assertSame(client, client.bind(ANY_PORT));
        assertEquals(connecting.getLocalAddress(), client.getLocalAddress());
        assertNotNull(client.getLocalAddress());
        assertSame(client, client.setOption(StandardSocketOptions.TCP_NODELAY, true));
        assertTrue(connecting.getOption(StandardSocketOptions.TCP_NODELAY));
        assertTrue(client.connect(listener.getLocalAddress()));
        assertTrue(client.isConnected());
        assertTrue(client.finishConnect());
        assertEquals(listening.getLocalAddress(), client.getRemoteAddress());

        SocketChannel server = raw(behind(listener.accept()));
        assertEquals(1, client.write(bytes(1)));
        assertEquals(2, client.write(new ByteBuffer[]{bytes(9), bytes(2), bytes(3), bytes(9)}, 1, 2));
        ByteBuffer first = ByteBuffer.allocate(1);
        assertEquals(1, server.read(first));
        hold(first, 1);
        ByteBuffer second = ByteBuffer.allocate(1);
        ByteBuffer third = ByteBuffer.allocate(1);
        long more = server.read(new ByteBuffer[]{ByteBuffer.allocate(1), second, third}, 1, 2);
        if (more == 1) {
            assertEquals(1, server.read(third));
        }
        hold(second, 2);
        hold(third, 3);
        assertSame(client, client.shutdownOutput());
        assertEquals(-1, server.read(ByteBuffer.allocate(1)));
        assertSame(client, client.shutdownInput());
        assertEquals(-1, client.read(ByteBuffer.allocate(1)));
    }

    @Test
    void ofAConnectionThatIsUnderWay() throws IOException {
        ServerSocketChannel listener = behind(ServerSocketChannel.open()).bind(ANY_PORT);
        SocketChannel connecting = behind(SocketChannel.open());
        connecting.configureBlocking(false);
        SocketChannel client = raw(connecting);
        boolean connected = client.connect(listener.getLocalAddress());
        assertEquals(connecting.isConnectionPending(), client.isConnectionPending());
        assertEquals(connected, connecting.isConnected());
        connecting.configureBlocking(true);
        assertTrue(client.finishConnect());
    }

    @Test
    void ofDatagrams() throws IOException {
        DatagramChannel one = behind(DatagramChannel.open(StandardProtocolFamily.INET));
        DatagramChannel first = raw(one);
        assertSame(first, first.bind(new InetSocketAddress("127.0.0.1", 0)));
        assertEquals(one.getLocalAddress(), first.getLocalAddress());
        assertSame(first, first.setOption(StandardSocketOptions.SO_BROADCAST, true));
        assertTrue(one.getOption(StandardSocketOptions.SO_BROADCAST));
        assertThrows(UnsupportedOperationException.class, first::socket);
        DatagramChannel second = raw(behind(DatagramChannel.open(StandardProtocolFamily.INET)));
        second.bind(new InetSocketAddress("127.0.0.1", 0));

        assertEquals(2, first.send(bytes(1, 2), second.getLocalAddress()));
        ByteBuffer got = ByteBuffer.allocate(3);
        assertEquals(first.getLocalAddress(), second.receive(got));
        hold(got, 1, 2);

        assertFalse(first.isConnected());
        assertNull(first.getRemoteAddress());
        assertSame(first, first.connect(second.getLocalAddress()));
        assertSame(second, second.connect(first.getLocalAddress()));
        assertTrue(first.isConnected());
        assertEquals(second.getLocalAddress(), first.getRemoteAddress());
        assertEquals(1, first.write(bytes(3)));
        assertEquals(2, first.write(new ByteBuffer[]{bytes(9), bytes(4), bytes(5)}, 1, 2));
        ByteBuffer third = ByteBuffer.allocate(2);
        assertEquals(1, second.read(third));
        hold(third, 3);
        ByteBuffer fourth = ByteBuffer.allocate(1);
        ByteBuffer fifth = ByteBuffer.allocate(1);
        assertEquals(2, second.read(new ByteBuffer[]{ByteBuffer.allocate(1), fourth, fifth}, 1, 2));
        hold(fourth, 4);
        hold(fifth, 5);
        assertSame(first, first.disconnect());
        assertFalse(one.isConnected());
        assertThrows(NotYetConnectedException.class, () -> first.write(bytes(1)));

        InetAddress group = InetAddress.getByName("239.1.2.3");
        NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getByName("127.0.0.1"));
        MembershipKey member = first.join(group, loopback);
        assertEquals(group, member.group());
        member.drop();
        InetAddress source = InetAddress.getByName("127.0.0.1");
        assertEquals(source, first.join(group, loopback, source).sourceAddress());
    }

    @Test
    void aCloseGoesToTheOwnerAndNotToTheChannel() throws IOException {
        for (NetworkChannel behind : new NetworkChannel[]{SocketChannel.open(), ServerSocketChannel.open(),
                DatagramChannel.open()}) {
            int before = closes.get();
            NetworkChannel raw = raw(behind(behind));
            raw.close();
            assertFalse(raw.isOpen());
            assertTrue(behind.isOpen());
            assertEquals(before + 1, closes.get());
        }
    }

    /** Though the loop closes the channel behind it later. */
    @Test
    void aClosedOneRefusesEachOperation() throws IOException {
        for (NetworkChannel behind : List.of(behind(ServerSocketChannel.open()), behind(SocketChannel.open()),
                behind(DatagramChannel.open()))) {
            NetworkChannel raw = raw(behind);
            raw.close();
            List<Method> operations = Arrays.stream(raw.getClass().getSuperclass().getMethods())
                    .filter(each -> !Modifier.isStatic(each.getModifiers()))
                    .filter(each -> List.of(each.getExceptionTypes()).contains(IOException.class))
                    .filter(each -> !List.of("close", "disconnect").contains(each.getName())).toList();
            assertTrue(operations.size() > 5, operations::toString);
            for (Method operation : operations) {
                Object[] arguments = Arrays.stream(operation.getParameterTypes()).map(RawOperationsTest::some)
                        .toArray();
                Throwable refused = assertThrows(InvocationTargetException.class,
                        () -> operation.invoke(raw, arguments), operation::toString).getCause();
                assertInstanceOf(ClosedChannelException.class, refused, operation::toString);
            }
            assertTrue(behind.isOpen());
        }
    }

    private static @Nullable Object some(Class<?> type) {
        if (type == ByteBuffer.class) {
            return bytes(1);
        }
        if (type == ByteBuffer[].class) {
            return new ByteBuffer[]{bytes(1)};
        }
        if (type == SocketAddress.class) {
            return ANY_PORT;
        }
        if (type == SocketOption.class) {
            return StandardSocketOptions.SO_REUSEADDR;
        }
        if (type == InetAddress.class) {
            return InetAddress.getLoopbackAddress();
        }
        return type == int.class ? 0 : type == boolean.class ? true : null;
    }
}
