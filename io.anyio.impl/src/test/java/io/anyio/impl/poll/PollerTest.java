package io.anyio.impl.poll;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of pollers, with real sockets, by hand: the test's thread is the loop's. */
class PollerTest {
    private static final long SECOND = 1_000_000_000;

    private final List<AutoCloseable> toClose = new ArrayList<>();

    /** The two there are. */
    enum Kind {
        SELECTOR, EPOLL;

        Poller open() {
            return this == SELECTOR ? new SelectorPoller() : new EpollPoller();
        }
    }

    private static final class Told implements Selectable {
        int ops;
        int times;

        boolean lost;

        @Override
        public void ready(int now) {
            ops |= now;
            times++;
        }

        @Override
        public void lost(@Nullable Throwable cause) {
            lost = true;
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : toClose.reversed()) {
            each.close();
        }
    }

    private Poller open(Kind kind) {
        Poller poller = kind.open();
        toClose.add(() -> poller.close(null));
        return poller;
    }

    private SocketChannel[] pair() throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel client = SocketChannel.open(listener.getLocalAddress());
            SocketChannel server = listener.accept();
            toClose.add(client);
            toClose.add(server);
            return new SocketChannel[]{client, server};
        }
    }

    /** What the selector of this JDK locks when it selects; only its wake-up has a monitor of its own. */
    private static List<Object> monitors(Poller poller) throws ReflectiveOperationException {
        Field field = SelectorPoller.class.getDeclaredField("selector");
        field.setAccessible(true);
        Object selector = field.get(poller);
        List<Object> monitors = new ArrayList<>(List.of(selector));
        for (String name : List.of("publicSelectedKeys", "cancelledKeys", "updateLock")) {
            Class<?> type = selector.getClass();
            while (Arrays.stream(type.getDeclaredFields()).noneMatch(each -> each.getName().equals(name))) {
                type = type.getSuperclass();
            }
            Field monitor = type.getDeclaredField(name);
            monitor.setAccessible(true);
            monitors.add(monitor.get(selector));
        }
        return monitors;
    }

    private static void holding(Iterator<Object> monitors, Executable action) throws Throwable {
        if (!monitors.hasNext()) {
            action.execute();
            return;
        }
        synchronized (monitors.next()) {
            holding(monitors, action);
        }
    }

    private static Registration register(Poller poller, SocketChannel channel, Selectable selectable)
            throws IOException {
        Registration registration = poller.prepare(channel);
        registration.begin(selectable);
        return registration;
    }

    private static void arm(Registration registration) {
        if (!registration.tellsOnce()) {
            registration.arm(Selectable.READ);
        }
    }

    private static void poll(Poller poller) {
        poller.select(SECOND);
        poller.dispatchAll();
    }

    private static byte[] readAll(Registration registration) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(100);
        while (registration.read(buffer) > 0) {
            // until there is nothing now, or the end
        }
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @ParameterizedTest @EnumSource
    void whatArrivesIsToldAndRead(Kind kind) throws IOException {
        Poller poller = open(kind);
        SocketChannel[] pair = pair();
        Told told = new Told();
        Registration registration = register(poller, pair[1], told);
        arm(registration);
        assertEquals(0, poller.selectNow());
        pair[0].write(ByteBuffer.wrap(new byte[]{1, 2}));
        assertEquals(1, poller.select(SECOND));
        assertEquals(1, poller.undispatched());
        assertEquals(0, told.times, "found, and not told yet");
        poller.dispatchAll();
        assertEquals(Selectable.READ, told.ops);
        assertArrayEquals(new byte[]{1, 2}, readAll(registration));
    }

    /**
     * A reader that has read less than he asked for waits for the next change: there must be one, or he must know that
     * the end is there already.
     */
    @ParameterizedTest @EnumSource
    void theEndIsToldEvenIfItCameTogetherWithTheLastBytes(Kind kind) throws IOException {
        Poller poller = open(kind);
        SocketChannel[] pair = pair();
        Told told = new Told();
        Registration registration = register(poller, pair[1], told);
        pair[0].write(ByteBuffer.wrap(new byte[]{1}));
        pair[0].shutdownOutput();
        arm(registration);
        poll(poller);
        ByteBuffer buffer = ByteBuffer.allocateDirect(100);
        assertEquals(1, registration.read(buffer));
        if ((told.ops & Selectable.END) == 0) {
            told.times = 0;
            poll(poller);
            assertEquals(1, told.times, "a second time, for the end");
        }
        assertEquals(-1, registration.read(buffer));
        assertEquals(-1, registration.read(buffer), "repeatable");
    }

    @ParameterizedTest @EnumSource
    void whoArmsForWritingIsToldThoughItWasSoBefore(Kind kind) throws IOException {
        Poller poller = open(kind);
        SocketChannel[] pair = pair();
        Told told = new Told();
        Registration registration = register(poller, pair[1], told);
        assertEquals(0, poller.selectNow());
        for (int i = 0; i < 2; i++) {
            told.ops = 0;
            registration.arm(Selectable.WRITE);
            poll(poller);
            assertEquals(Selectable.WRITE, told.ops);
            registration.disarm(Selectable.WRITE);
            assertEquals(0, poller.selectNow(), "nobody asks any more");
        }
        ByteBuffer much = ByteBuffer.allocateDirect(1 << 20);
        int last;
        do {
            last = registration.write(much.clear());
        } while (last > 0);
        assertEquals(0, last, "no room");
    }

    @ParameterizedTest @EnumSource
    void aResetFailsEachRead(Kind kind) throws IOException {
        Poller poller = open(kind);
        SocketChannel[] pair = pair();
        Registration registration = register(poller, pair[1], new Told());
        arm(registration);
        pair[0].setOption(StandardSocketOptions.SO_LINGER, 0);
        pair[0].close();
        poll(poller);
        ByteBuffer buffer = ByteBuffer.allocateDirect(10);
        for (int i = 0; i < 3; i++) {
            IOException failed = assertThrows(IOException.class, () -> registration.read(buffer));
            assertTrue(String.valueOf(failed.getMessage()).startsWith("Connection reset"), failed.getMessage());
        }
        IOException broken = assertThrows(IOException.class, () -> registration.write(buffer.clear()));
        assertTrue(String.valueOf(broken.getMessage()).contains("pipe"), broken.getMessage());
    }

    /** The descriptor may be another file's by then. */
    @ParameterizedTest @EnumSource
    void aClosedChannelIsNotTouchedAnyMore(Kind kind) throws IOException {
        Poller poller = open(kind);
        ByteBuffer buffer = ByteBuffer.allocateDirect(10);
        for (boolean byUser : new boolean[]{false, true}) {
            SocketChannel[] pair = pair();
            Registration registration = register(poller, pair[1], new Told());
            if (byUser) {
                pair[1].close();
            } else {
                registration.close();
            }
            poller.flush();
            SocketChannel[] inItsPlace = pair();
            inItsPlace[0].write(ByteBuffer.wrap(new byte[]{1}));
            inItsPlace[1].write(ByteBuffer.wrap(new byte[]{1}));
            assertThrows(ClosedChannelException.class, () -> registration.read(buffer));
            assertThrows(ClosedChannelException.class, () -> registration.write(buffer));
            registration.arm(Selectable.WRITE);
            registration.disarm(Selectable.WRITE);
            registration.close();
            registration.closeFromOutside();
            poller.flush();
            assertTrue(inItsPlace[0].isOpen());
            assertEquals(1, inItsPlace[0].read(buffer.clear()));
        }
        assertFalse(poller.hasChannels());
    }

    /** A loop that is stuck cannot free the descriptor, but the other side need not wait for that. */
    @ParameterizedTest @EnumSource
    void theOtherSideSeesACloseFromOutsideAtOnce(Kind kind) throws IOException {
        Poller poller = open(kind);
        SocketChannel[] pair = pair();
        Registration registration = register(poller, pair[1], new Told());
        arm(registration);
        registration.closeFromOutside();
        assertEquals(-1, pair[0].read(ByteBuffer.allocate(1)));
        poller.flush();
        assertFalse(pair[1].isOpen());
        assertFalse(poller.hasChannels());
    }

    /**
     * A task that waits for a monitor may become its next owner while its loop's thread waits for it, too. So no other
     * thread may hold a monitor that the loop needs to poll.
     */
    @Test
    void whoIsOutsideTouchesNoMonitorOfTheSelector() throws Throwable {
        Poller poller = open(Kind.SELECTOR);
        SocketChannel[] pair = pair();
        Thread outside = Thread.ofPlatform().unstarted(() -> {
            try {
                Registration registration = register(poller, pair[1], new Told());
                registration.arm(Selectable.READ);
                registration.disarm(Selectable.READ);
                registration.read(ByteBuffer.allocate(1));
                registration.closeFromOutside();
                poller.wakeup();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        holding(monitors(poller).iterator(), () -> {
            outside.start();
            assertTrue(outside.join(Duration.ofSeconds(10)), () -> List.of(outside.getStackTrace()).toString());
        });
        poller.flush();
        assertFalse(pair[1].isOpen());
    }

    @ParameterizedTest @EnumSource
    void aWakeUpEndsTheNextSelectAlsoIfItCameBefore(Kind kind) throws Exception {
        Poller poller = open(kind);
        for (int i = 0; i < 3; i++) {
            poller.wakeup();
            assertEquals(0, poller.select(Long.MAX_VALUE));
        }
        Thread other = Thread.ofPlatform().start(poller::wakeup);
        assertEquals(0, poller.select(Long.MAX_VALUE));
        other.join();
        assertEquals(0, poller.selectNow());
    }

    @ParameterizedTest @EnumSource
    void whoComesTooLateIsToldAndHarmsNobody(Kind kind) throws IOException {
        Poller poller = kind.open();
        SocketChannel[] left = pair();
        register(poller, left[1], new Told());
        poller.close(null);
        assertFalse(left[1].isOpen());
        poller.wakeup();
        poller.flush();
        SocketChannel[] late = pair();
        assertThrows(ClosedSelectorException.class, () -> register(poller, late[1], new Told()));
    }

    /**
     * Epoll still reports events of a closed channel while a process that was just forked has its descriptor; another
     * channel may have its place.
     */
    @ParameterizedTest @EnumSource
    void whatIsToldOfAClosedChannelIsNotForTheNextInItsPlace(Kind kind) throws Throwable {
        assumeTrue(Pollers.epollUnavailable().isEmpty(), "descriptors can be duplicated where epoll is");
        Poller poller = open(kind);
        SocketChannel[] old = pair();
        Registration closed = register(poller, old[1], new Told());
        arm(closed);
        int copy = dup(Descriptors.of(old[1]));
        try {
            closed.close();
            poller.flush();
            SocketChannel[] pair = pair();
            Told told = new Told();
            Registration next = register(poller, pair[1], told);
            arm(next);
            old[0].write(ByteBuffer.wrap(new byte[]{1}));
            poller.selectNow();
            poller.dispatchAll();
            assertEquals(0, told.times);
            pair[0].write(ByteBuffer.wrap(new byte[]{1}));
            poll(poller);
            assertEquals(1, told.times);
        } finally {
            Libc.close(copy);
        }
    }

    @SuppressWarnings("restricted") // allowed by --enable-native-access
    private static int dup(int descriptor) throws Throwable {
        return (int) Linker.nativeLinker()
                .downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow("dup"),
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT))
                .invokeExact(descriptor);
    }

    /** A channel is told of nothing before its registration begins, and each is told of the end. */
    @ParameterizedTest @EnumSource
    void theEndOfThePollerIsToldToWhoHasBegun(Kind kind) throws IOException {
        Poller poller = kind.open();
        SocketChannel[] pair = pair();
        Told told = new Told();
        Registration registration = poller.prepare(pair[1]);
        pair[0].write(ByteBuffer.wrap(new byte[]{1}));
        assertEquals(0, poller.selectNow());
        registration.begin(told);
        arm(registration);
        poll(poller);
        assertEquals(Selectable.READ, told.ops);
        assertFalse(told.lost);
        poller.close(null);
        assertTrue(told.lost);
    }

    @ParameterizedTest @EnumSource
    void whoReadsUpToAByteOutOfBandIsToldThatThereMayBeMore(Kind kind) throws IOException {
        Poller poller = open(kind);
        SocketChannel[] pair = pair();
        Told told = new Told();
        Registration registration = register(poller, pair[1], told);
        arm(registration);
        pair[0].write(ByteBuffer.wrap(new byte[]{1}));
        pair[0].socket().sendUrgentData(2);
        pair[0].write(ByteBuffer.wrap(new byte[]{3}));
        ByteBuffer buffer = ByteBuffer.allocateDirect(100);
        while (registration.read(buffer) <= 0) {
            poll(poller);
        }
        if (!registration.tellsOnce()) {
            told.times = 0;
        }
        poll(poller);
        assertEquals(registration.tellsOnce(), (told.ops & Selectable.PARTS) != 0);
        assertTrue(told.times > 0);
        assertEquals(1, registration.read(buffer));
        assertEquals(3, buffer.get(1));
    }

    @ParameterizedTest @EnumSource
    void manyChannelsAreToldApartAlsoInPlacesThatWereOthers(Kind kind) throws IOException {
        Poller poller = open(kind);
        for (int round = 0; round < 3; round++) {
            int count = 100;
            List<SocketChannel> others = new ArrayList<>();
            List<Registration> registrations = new ArrayList<>();
            List<Told> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                SocketChannel[] pair = pair();
                Told told = new Told();
                registrations.add(register(poller, pair[1], told));
                arm(registrations.getLast());
                others.add(pair[0]);
                all.add(told);
            }
            others.get(round).write(ByteBuffer.wrap(new byte[]{1}));
            others.get(count - 1).write(ByteBuffer.wrap(new byte[]{1}));
            while (all.get(round).times == 0 || all.get(count - 1).times == 0) {
                poll(poller);
            }
            for (int i = 0; i < count; i++) {
                assertEquals(i == round || i == count - 1, all.get(i).times > 0, "channel " + i);
                registrations.get(i).close();
            }
            poller.flush();
            assertFalse(poller.hasChannels());
        }
    }
}
