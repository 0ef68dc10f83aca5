package io.anyio.impl.poll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.proof.ChildJvm;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a JVM lets us do decides about the poller, and what is missing is told. */
class PollersTest {
    private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
    private static final String OPEN = "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED";

    /** The main class of the children. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) {
            System.out.println(Pollers.newPoller().getClass().getSimpleName() + ": " + Pollers.epollUnavailable());
        }
    }

    @BeforeAll
    static void onLinux() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "epoll is of Linux");
    }

    @Test
    void epollNeedsNativeAccessAndTheDescriptorsOfChannels() throws Exception {
        assertEquals("EpollPoller:", child(NATIVE, OPEN));
    }

    @Test
    void withoutNativeAccessItIsTheSelectorAndNothingIsCalledThatTheJvmWouldWarnOf() throws Exception {
        assertEquals("SelectorPoller: the JVM was started without --enable-native-access=ALL-UNNAMED", child(OPEN));
    }

    @Test
    void withoutDescriptorsItIsTheSelector() throws Exception {
        assertEquals("SelectorPoller: the JVM was started without --add-opens java.base/sun.nio.ch=ALL-UNNAMED",
                child(NATIVE));
    }

    @Test
    void aPropertyTurnsEpollOff() throws Exception {
        assertEquals("SelectorPoller: the system property anyio.poller says so",
                child(NATIVE, OPEN, "-Danyio.poller=selector"));
    }

    @Test
    void aPropertyThatIsNotUnderstoodIsNamed() throws Exception {
        String said = child(NATIVE, OPEN, "-Danyio.poller=kqueue");
        assertTrue(said.contains("anyio.poller") && said.contains("kqueue") && said.contains("selector"), said);
    }

    private static String child(String... flags) throws IOException, InterruptedException {
        return ChildJvm.of(Child.class, flags).run().output().strip();
    }
}
