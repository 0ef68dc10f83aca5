package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.anyio.api.AnyIO;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.net.NetServices;
import io.anyio.tls.TlsService;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Another thread may use an object as soon as it knows it: so a constructor gives {@code this} to nobody. */
class ConstructorsTest {
    private static final String OWN_FIELD = "kept in a field of its own, which nobody has yet";
    private static final String INNER = "an inner object, kept in a field of its own";

    /** Who does it, to whom, and why it is harmless. */
    private static final Map<String, String> HARMLESS = Map.ofEntries(
            Map.entry("io.anyio.api.stream.BufferedByteReceiveStream: a lambda",
                    OWN_FIELD),
            Map.entry("io.anyio.api.stream.MultiListener: a lambda",
                    OWN_FIELD),
            Map.entry("io.anyio.api.stream.TextReceiveStream: a lambda",
                    OWN_FIELD),
            Map.entry("io.anyio.impl.file.FileHandle: a lambda", OWN_FIELD),
            Map.entry("io.anyio.impl.file.FileHandle: FileHandle$End.<init>", INNER),
            Map.entry("io.anyio.impl.file.Temporary: a lambda", OWN_FIELD),
            Map.entry("io.anyio.impl.loop.CarrierLoop: CarrierThreads.factory",
                    "nobody has the factory, so no thread hands anything in"),
            Map.entry("io.anyio.impl.loop.Loop: Breakage.<init>", OWN_FIELD),
            Map.entry("io.anyio.impl.loop.Loop: Quiet.<init>", OWN_FIELD),
            Map.entry("io.anyio.impl.loop.Loop: a lambda", "what its thread runs, which is started by open()"),
            Map.entry("io.anyio.impl.loop.PoolLoop: PoolLoop$Marker.<init>", INNER),
            Map.entry("io.anyio.impl.owner.HolderOwners: HolderOwners$Keeper.<init>",
                    INNER),
            Map.entry("io.anyio.impl.owner.LoopRuntime: a lambda", OWN_FIELD),
            Map.entry("io.anyio.impl.poll.SelectorPoller: a lambda",
                    OWN_FIELD),
            Map.entry("io.anyio.impl.process.Child: Child$End.<init>",
                    INNER),
            Map.entry("io.anyio.impl.process.PipeReceiveStream: a lambda", OWN_FIELD),
            Map.entry("io.anyio.impl.process.PipeSendStream: a lambda", OWN_FIELD),
            Map.entry("io.anyio.impl.stream.End: Leak.watch", "only its collection is watched"),
            Map.entry("io.anyio.impl.stream.MemoryByteStream: Leak.watch", "only its collection is watched"),
            Map.entry("io.anyio.impl.sync.TokenLimiter: TokenLimiter$1.<init>",
                    INNER),
            Map.entry("io.anyio.impl.scope.LimitedScope: Limit.<init>", "its limit, kept in a field of its own"),
            Map.entry("io.anyio.impl.thread.WorkerCall: WorkerCall$1.<init>",
                    INNER),
            Map.entry("io.anyio.net.whiteboard.Board: Board$Opener.<init>",
                    INNER),
            Map.entry("io.anyio.net.stream.ChannelListener: a lambda",
                    OWN_FIELD));

    @Test
    void nothingEscapesAConstructor() throws Exception {
        Set<String> escapes = new TreeSet<>();
        ClassFiles.visit(List.of(AnyIO.class, LoopRuntime.class, NetServices.class, TlsService.class),
                file -> escapes.addAll(Escapes.in(file)));
        Set<String> gone = new TreeSet<>(HARMLESS.keySet());
        gone.removeAll(escapes);
        assertEquals(Set.of(), gone, "exceptions for what is not done any more");
        escapes.removeAll(HARMLESS.keySet());
        // it is among them where all modules are compiled into one folder
        escapes.removeIf(escape -> escape.startsWith("io.anyio.testing."));
        assertEquals(Set.of(), escapes, "make the object in a static method, and give it away when it is complete");
    }

    // ---- the test of the test

    /** Whom the constructors below tell. */
    private static final List<Object> KNOWN = new ArrayList<>();

    private static Object known;

    @SuppressWarnings("UnusedVariable")
    private static final class Leaks {
        private final Runnable later;

        Leaks(boolean really) {
            later = () -> {};
            if (really) {
                tell(7L);
            }
            Object[] all = {really ? this : "nobody"};
            known = really ? this : null;
            Runnable own = () -> tell(8);
        }

        private void tell(long number) {
            KNOWN.add(number > 3 ? "" : this);
        }
    }

    @SuppressWarnings("UnusedVariable")
    private static final class Tight {
        private final long number;
        private final Object other;

        Tight(long number) {
            this.number = number * number > 3 ? number + 1L : twice(number);
            this.other = new Object[]{this.number, known};
            KNOWN.add(this.number);
            synchronized (KNOWN) {
                KNOWN.clear();
            }
        }

        private long twice(long one) {
            return 2 * one;
        }
    }

    @Test
    void whatEscapesIsFound() throws Exception {
        String name = ConstructorsTest.class.getName();
        assertEquals(Set.of(name + "$Leaks: List.add", name + "$Leaks: an array", name + "$Leaks: " + name + ".known",
                name + "$Leaks: a lambda"), Escapes.in(fileOf(Leaks.class)));
        assertEquals(Set.of(), Escapes.in(fileOf(Tight.class)));
        assertFalse(KNOWN.contains(known));
    }

    private static Path fileOf(Class<?> type) throws Exception {
        return Path.of(ConstructorsTest.class
                .getResource(type.getName().substring(type.getPackageName().length() + 1) + ".class").toURI());
    }
}
