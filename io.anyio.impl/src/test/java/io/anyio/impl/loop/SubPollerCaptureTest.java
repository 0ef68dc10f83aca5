package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.proof.ChildJvm;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Without care the JDK's own pollers would run on the loop on which a blocking socket is used first, and hang when it
 * ends, with the sockets of everybody else.
 */
class SubPollerCaptureTest {
    @EachBackend
    void blockingSocketsWorkAfterTheLoopThatUsedThemFirst(String backend) throws IOException, InterruptedException {
        List<String> said = ChildJvm.of(SubPollerCapture.class, ChildJvm.CARRIER, "-XX:TieredStopAtLevel=1")
                .run(backend)
                .well().output().lines().toList();
        assertTrue(said.contains("exchanged after the end of the loop"), () -> "" + said);
        // a poller that had come on the loop would be the rescue thread's now, which the log tells
        assertTrue(said.stream().noneMatch(line -> line.contains("rescue")), () -> "" + said);
    }

    /** Who ends a JVM waits 0.3 s for such a poller, which is in native code. */
    @Test
    void poolStartsNoneForAnEmptyRun() throws IOException, InterruptedException {
        List<String> said = ChildJvm.of(EmptyRun.class).run().well().output().lines().toList();
        assertEquals("[]", said.getLast());
    }

    /** The main class of the child. */
    static final class EmptyRun {
        private EmptyRun() {}

        public static void main(String[] args) {
            AnyIO.run(() -> {});
            System.out.println(Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                    .filter(name -> name.contains("Poller")).toList());
        }
    }
}
