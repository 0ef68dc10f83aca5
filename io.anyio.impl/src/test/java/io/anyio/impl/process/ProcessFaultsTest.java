package io.anyio.impl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.process.ProcessOptions;
import io.anyio.api.process.Processes;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.task.LoopClosedException;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** Nothing is left if something fails around the start of a process, or while it runs. */
class ProcessFaultsTest {
    private static final List<String> SLEEP = List.of("sleep", "77");

    /** The first process loads what stays. */
    private static Trace before() throws IOException {
        AnyIO.service(Processes.class).runProcess("true");
        return AnyIO.runInWorkerThread(Trace::settled);
    }

    private static void awaitSame(Trace before) {
        AnyIO.runInWorkerThread(() -> {
            before.awaitSame();
            return "";
        });
    }

    private static Start start() {
        return new Start(new ProcessBuilder(SLEEP), ProcessOptions.DEFAULT, true, FaultyOwner.ofChannel(-1),
                AnyIO.createEvent());
    }

    @AnyioTest
    void whoeverComesSecondEndsAnAbandonedStart() throws IOException {
        Trace before = before();
        Start early = start();
        early.abandon();
        Child ended = Objects.requireNonNull(AnyIO.runInWorkerThread(early));
        assertEquals(128 + 9, ended.returnCode());
        awaitSame(before);
        Start late = start();
        Child running = Objects.requireNonNull(AnyIO.runInWorkerThread(late));
        late.abandon();
        assertEquals(128 + 9, running.waitFor());
        awaitSame(before);
    }

    @AnyioTest
    void aChannelThatCannotBeRegisteredEndsTheProcess() throws IOException {
        Trace before = before();
        for (int i = 0; i < 3; i++) {
            OwnedProcesses processes = new OwnedProcesses(FaultyOwner.ofChannel(i));
            IOException failed = assertThrows(IOException.class, () -> processes.openProcess(SLEEP));
            assertEquals("no room", failed.getMessage());
            awaitSame(before);
        }
    }

    @AnyioTest
    void anOwnerThatEndsMeanwhileEndsTheProcess() throws IOException {
        Trace before = before();
        OwnedProcesses processes = new OwnedProcesses(FaultyOwner.ofEnd());
        assertThrows(LoopClosedException.class, () -> processes.openProcess(SLEEP));
        awaitSame(before);
    }

    @AnyioTest @Proves("SP-12")
    void anErrorOfARunEndsTheProcess() throws IOException {
        Trace before = before();
        OwnedProcesses processes = new OwnedProcesses(FaultyOwner.ofReads());
        BrokenResourceException failed = assertThrows(BrokenResourceException.class,
                () -> processes.runProcess(SLEEP));
        assertTrue(failed.getMessage().contains("cannot be read"), failed.getMessage());
        assertEquals(before.children(), Trace.now().children());
        awaitSame(before);
    }

    @AnyioTest
    void aSignalByTheShellLetsTheLoopGoOn() throws Exception {
        Process sleep = new ProcessBuilder("sleep", "60").start();
        boolean[] ran = new boolean[1];
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> ran[0] = true);
            assertEquals(0, Signalling.byShell(sleep, ProcessesTest.USR1));
            assertTrue(ran[0]);
        });
        assertEquals(128 + ProcessesTest.USR1, sleep.waitFor());
    }
}
