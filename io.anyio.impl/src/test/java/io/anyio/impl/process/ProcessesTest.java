package io.anyio.impl.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.process.CalledProcessException;
import io.anyio.api.process.ChildProcess;
import io.anyio.api.process.CompletedProcess;
import io.anyio.api.process.ProcessOptions;
import io.anyio.api.process.Processes;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteSendStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;

/** Processes, with real programs. */
class ProcessesTest {
    /** Not HUP, which a process started by nohup ignores, and its children too. */
    static final int USR1 = 10;

    @TempDir
    Path folder;

    private static Processes processes() {
        return AnyIO.service(Processes.class);
    }

    private static ByteReceiveStream out(ChildProcess process) {
        return Objects.requireNonNull(process.stdout());
    }

    private static ByteSendStream in(ChildProcess process) {
        return Objects.requireNonNull(process.stdin());
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @AnyioTest @Proves({"SP-01", "SP-02"})
    void aStringIsRunByTheShellAndAListDirectly() throws IOException {
        CompletedProcess shell = processes().runProcess("echo $((1 + 2)); echo oops >&2");
        assertEquals("3\n", shell.output());
        assertEquals("oops\n", new String(shell.stderr(), UTF_8));
        assertEquals(0, shell.returnCode());
        CompletedProcess direct = processes().runProcess(List.of("echo", "$((1 + 2))"));
        assertEquals("$((1 + 2))\n", direct.output());
        assertEquals(List.of("echo", "$((1 + 2))"), direct.command());
    }

    @AnyioTest @Proves({"SP-03", "SP-04", "SP-07"})
    void inputIsSentAndEnds() throws IOException {
        assertEquals("", processes().runProcess(List.of("cat")).output());
        byte[] large = new byte[3_000_000];
        large[2_999_999] = 7;
        CompletedProcess both = processes().runProcess("tee /dev/stderr", options -> options.input(large));
        assertArrayEquals(large, both.stdout());
        assertArrayEquals(large, both.stderr());
    }

    @AnyioTest @Proves({"SP-05", "SP-06"})
    void anExitCodeIsCheckedUnlessItIsNot() throws IOException {
        CalledProcessException failed = assertThrows(CalledProcessException.class,
                () -> processes().runProcess("echo why; echo how >&2; exit 3"));
        assertEquals(3, failed.process().returnCode());
        assertEquals("why\n", failed.process().output());
        assertEquals("how\n", new String(failed.process().stderr(), UTF_8));
        assertTrue(failed.getMessage().contains("exit 3"), failed.getMessage());
        assertEquals(3, processes().runProcess("exit 3", options -> options.check(false)).returnCode());
    }

    @AnyioTest @Proves({"SP-08", "SP-09"})
    void streamsGoWhereTheyAreTold() throws IOException {
        CompletedProcess merged = processes().runProcess("echo a; echo b >&2", options -> options.mergeStderr(true));
        assertEquals("a\nb\n", merged.output());
        assertNull(merged.stderr());
        CompletedProcess discarded = processes().runProcess("echo a; echo b >&2",
                options -> options.stdout(Redirect.DISCARD).stderr(Redirect.DISCARD));
        assertNull(discarded.stdout());
        assertNull(discarded.stderr());
        Path file = folder.resolve("out");
        processes().runProcess("pwd; echo $ONLY", options -> options.stdout(Redirect.to(file.toFile()))
                .directory(folder).environment(Map.of("ONLY", "this")));
        assertEquals(folder.toRealPath() + "\nthis\n", Files.readString(file));
        assertEquals("this\n", processes().runProcess("tail -n 1", options -> options.stdin(
                Redirect.from(file.toFile()))).output());
    }

    @AnyioTest @Proves({"SP-10", "SP-11"})
    void aCancelledRunEndsTheProcess() throws IOException {
        Path pid = folder.resolve("pid");
        assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(300),
                () -> processes().runProcess("echo $$ > " + pid + "; exec sleep 60")));
        assertFalse(isAlive(Long.parseLong(Files.readString(pid).strip())));
        // it ignores SIGTERM
        assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(300), () -> processes().runProcess(
                "trap '' TERM; echo $$ > " + pid + "; while :; do sleep 0.1; done",
                options -> options.grace(Duration.ofMillis(100)))));
        assertFalse(isAlive(Long.parseLong(Files.readString(pid).strip())));
    }

    @AnyioTest @Proves("SP-13")
    void inputThatIsNotReadIsNoError() throws IOException {
        assertEquals(4, processes().runProcess("exit 4",
                options -> options.input(new byte[1_000_000]).check(false)).returnCode());
    }

    @AnyioTest @Proves({"SP-14", "SP-15", "SP-16", "SP-18", "SP-24", "SP-25"})
    void anOpenProcessIsTalkedTo() throws IOException {
        try (ChildProcess cat = processes().openProcess(List.of("cat"))) {
            assertNotNull(cat.stderr());
            assertTrue(isAlive(cat.pid()));
            assertNull(cat.returnCode());
            in(cat).send("hello".getBytes(UTF_8));
            assertEquals("hello", new String(out(cat).receive(), UTF_8));
            in(cat).close();
            assertThrows(EndOfStreamException.class, () -> out(cat).receive());
            assertEquals(0, cat.waitFor());
            assertEquals(0, cat.waitFor());
            assertEquals(0, cat.returnCode());
        }
        try (ChildProcess none = processes().openProcess("exit 5", options -> options.stdin(Redirect.DISCARD)
                .stdout(Redirect.DISCARD).stderr(Redirect.DISCARD))) {
            assertNull(none.stdin());
            assertNull(none.stdout());
            assertNull(none.stderr());
            assertEquals(5, none.waitFor());
        }
    }

    @AnyioTest @Proves({"SP-17", "SP-21", "SP-22", "SP-23"})
    void signalsArrive() throws IOException {
        try (ChildProcess sleep = processes().openProcess(List.of("sleep", "60"))) {
            sleep.terminate();
            assertEquals(128 + 15, sleep.waitFor());
            sleep.terminate();
            sleep.kill();
            sleep.sendSignal(USR1);
        }
        try (ChildProcess sleep = processes().openProcess(List.of("sleep", "60"))) {
            sleep.kill();
            assertEquals(128 + 9, sleep.waitFor());
        }
        try (ChildProcess shell = processes().openProcess(
                "trap 'exit 7' TERM; trap 'echo got' USR1; echo up; while :; do sleep 0.05; done")) {
            assertEquals("up\n", new String(out(shell).receive(), UTF_8));
            shell.sendSignal(USR1);
            assertEquals("got\n", new String(out(shell).receive(), UTF_8));
            assertThrows(IllegalArgumentException.class, () -> shell.sendSignal(65));
            shell.sendSignal(15);
            assertEquals(7, shell.waitFor());
        }
    }

    @AnyioTest @Proves({"SP-19", "SP-20"})
    void waitDependsOnTheProcessOnly() throws IOException {
        try (ChildProcess shell = processes().openProcess("sleep 2 & exit 6")) {
            assertEquals(6, shell.waitFor());
        }
        try (ChildProcess cat = processes().openProcess(List.of("cat"))) {
            assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(20), () -> {
                int _ = cat.waitFor();
            }));
            assertNull(cat.returnCode());
        }
    }

    @AnyioTest @Proves("SP-26")
    void sendingFailsWhenTheProcessHasClosedItsInput() throws IOException {
        try (ChildProcess shell = processes().openProcess("exec 0<&-; echo closed; exec sleep 60")) {
            assertEquals("closed\n", new String(out(shell).receive(), UTF_8));
            assertThrows(BrokenResourceException.class, () -> {
                while (true) {
                    in(shell).send(new byte[100_000]);
                }
            });
            shell.kill();
        }
    }

    @AnyioTest @Proves({"SP-27", "SP-30", "SP-34", "SP-36"})
    void streamsAreClosedWithTheProcess() throws IOException {
        ChildProcess cat = processes().openProcess(List.of("cat"));
        assertThrows(IllegalArgumentException.class, () -> out(cat).receive(0));
        cat.close();
        assertEquals(0, cat.returnCode());
        cat.close();
        assertThrows(ClosedResourceException.class, () -> out(cat).receive());
        assertThrows(ClosedResourceException.class, () -> in(cat).send(new byte[1]));
    }

    @AnyioTest @Proves({"SP-28", "SP-29"})
    void aCloseWakesTheReader() throws IOException {
        try (ChildProcess cat = processes().openProcess(List.of("cat"))) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn(() -> assertThrows(ClosedResourceException.class, () -> out(cat).receive()));
                AnyIO.sleep(Duration.ofMillis(1));
                out(cat).close();
            });
        }
    }

    @AnyioTest @Proves({"SP-31", "SP-32"})
    void aWriterIsUnblockedByTheClose() throws IOException {
        ChildProcess yes = processes().openProcess(List.of("yes"));
        assertEquals("y\n", new String(out(yes).receive(2), UTF_8));
        yes.close();
        assertNotNull(yes.returnCode());
    }

    @AnyioTest @Proves("SP-33")
    void aCancelledCloseEndsTheProcess() throws IOException {
        ChildProcess sleep = processes().openProcess(List.of("sleep", "60"));
        assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(20), sleep::close));
        assertEquals(128 + 15, sleep.returnCode());
    }

    @AnyioTest @Proves("SP-35")
    void whatCannotBeStartedSaysWhy() {
        NoSuchFileException missing = assertThrows(NoSuchFileException.class,
                () -> processes().runProcess(List.of("no-such-program", "x")));
        assertTrue(missing.getMessage().contains("no-such-program"), missing.getMessage());
        AccessDeniedException directory = assertThrows(AccessDeniedException.class,
                () -> processes().openProcess(List.of(folder.toString())));
        assertTrue(directory.getMessage().contains("directory"), directory.getMessage());
        Path gone = folder.resolve("gone");
        NoSuchFileException nowhere = assertThrows(NoSuchFileException.class,
                () -> processes().runProcess("true", options -> options.directory(gone)));
        assertEquals(gone.toString(), nowhere.getFile());
        assertThrows(IllegalArgumentException.class, () -> processes().runProcess(List.of()));
        assertThrows(IllegalArgumentException.class, () -> processes().runProcess(List.of("echo", "a\0b")));
    }

    @AnyioTest @Proves("SP-38")
    void thereIsOneStandardInput() {
        assertThrows(IllegalArgumentException.class,
                () -> ProcessOptions.DEFAULT.input(new byte[1]).stdin(Redirect.INHERIT));
        assertThrows(IllegalArgumentException.class,
                () -> processes().openProcess("true", options -> options.input(new byte[1])));
    }

    @AnyioTest @Proves("SP-39")
    void fiftyProcessesHoldNoWorkerThread() throws IOException {
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            for (int i = 0; i < 50; i++) {
                group.spawn(() -> processes().runProcess("read line", options -> options.input("x\n".getBytes(UTF_8))));
                ChildProcess waiting = processes().openProcess(List.of("cat"));
                group.spawn(() -> {
                    AnyIO.sleep(Duration.ofMillis(50));
                    waiting.close();
                });
            }
            assertEquals(0, AnyIO.currentDefaultWorkerThreadLimiter().borrowedTokens());
        });
    }
}
