package io.anyio.impl.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.process.ChildProcess;
import io.anyio.api.process.ProcessOptions;
import io.anyio.api.process.Processes;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteSendStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Started;
import io.anyio.impl.poll.Descriptors;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be wrong with a command, what is large or many, and that nothing is left afterwards. */
class ProcessEdgesTest {
    private static final int LARGE = 100_000_000;
    private static final int MANY = 200;

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

    /** The first process loads what stays. */
    private static Trace before() throws IOException {
        processes().runProcess("true");
        return AnyIO.runInWorkerThread(Trace::settled);
    }

    private static void awaitSame(Trace before) {
        AnyIO.runInWorkerThread(() -> {
            before.awaitSame();
            return "";
        });
    }

    private record Bad(List<String> command, UnaryOperator<ProcessOptions> options, Class<? extends Exception> type,
            String says) {
        static Bad command(String program, Class<? extends Exception> type, String says) {
            return new Bad(List.of(program), o -> o, type, says);
        }

        static Bad options(UnaryOperator<ProcessOptions> options, Class<? extends Exception> type, String says) {
            return new Bad(List.of("true"), options, type, says);
        }

        void look() {
            for (boolean run : new boolean[]{true, false}) {
                Exception thrown = assertThrows(type, () -> {
                    if (run) {
                        processes().runProcess(command, options);
                    } else {
                        processes().openProcess(command, options).close();
                    }
                }, says);
                assertTrue(String.valueOf(thrown.getMessage()).contains(says), thrown::toString);
            }
        }
    }

    @AnyioTest @Proves("SP-35")
    void whatCannotBeStartedSaysWhyAndLeavesNothing() throws IOException {
        Path gone = folder.resolve("gone");
        Path plain = Files.writeString(folder.resolve("error=7, plain"), "exit 0");
        Path text = Files.writeString(folder.resolve("text"), "exit 0");
        Path script = executable("script", "#!/no/such -x\n");
        Path outer = executable("outer", "#! " + script + "\n");
        List<Bad> table = List.of(
                Bad.command("no-such-program", NoSuchFileException.class,
                        "no-such-program: there is no such program, look at the PATH of this JVM"),
                Bad.command(gone.toString(), NoSuchFileException.class, gone + ": there is no such program"),
                Bad.command(plain + "/below", NoSuchFileException.class, plain + "/below: there is no such program"),
                Bad.command(folder.toString(), AccessDeniedException.class,
                        folder + ": a directory cannot be executed"),
                Bad.command(plain.toString(), AccessDeniedException.class,
                        plain + ": it may not be executed by this user"),
                Bad.command(script.toString(), NoSuchFileException.class,
                        script + ": its interpreter '/no/such' does not exist"),
                Bad.command(outer.toString(), NoSuchFileException.class,
                        outer + ": its interpreter '/no/such' does not exist"),
                Bad.command(executable("odd", "#!" + folder).toString(), AccessDeniedException.class,
                        "/odd: its interpreter '" + folder + "' is a directory"),
                Bad.command(executable("sad", "#!" + text + " x").toString(), AccessDeniedException.class,
                        "/sad: its interpreter '" + text + "' may not be executed by this user"),
                Bad.command(unloadable().toString(), NoSuchFileException.class,
                        "/unloadable: it is there, but what is to load it is not"),
                Bad.command("", IllegalArgumentException.class, "the name of the program is empty"),
                Bad.command("a\0b", IllegalArgumentException.class, "'a\\0b'"),
                new Bad(List.of(), o -> o, IllegalArgumentException.class, "the command is empty"),
                new Bad(List.of("true", "x".repeat(3_000_000)), o -> o, IOException.class, "Argument list too long"),
                Bad.options(o -> o.directory(gone), NoSuchFileException.class,
                        gone + ": the working directory of 'true' does not exist"),
                Bad.options(o -> o.directory(plain), NoSuchFileException.class, plain + ": the working directory of"),
                Bad.options(o -> o.stdin(Redirect.from(gone.toFile())), IOException.class,
                        "The command 'true' cannot be started: " + gone),
                Bad.options(o -> o.stdout(Redirect.to(folder.toFile())), IOException.class, folder.toString()),
                Bad.options(o -> o.environment(Map.of("A=B", "")), IllegalArgumentException.class, "A=B"),
                Bad.options(o -> o.grace(Duration.ofNanos(-1)), IllegalArgumentException.class, "negative"),
                Bad.options(o -> o.stdin(Redirect.to(plain.toFile())), IllegalArgumentException.class, "stdin"),
                Bad.options(o -> o.stderr(Redirect.from(plain.toFile())), IllegalArgumentException.class, "stderr"));
        Trace before = before();
        for (Bad bad : table) {
            bad.look();
            awaitSame(before);
        }
    }

    private Path executable(String name, String content) throws IOException {
        return executable(name, content.getBytes(ISO_8859_1));
    }

    private Path executable(String name, byte[] content) throws IOException {
        Path file = Files.write(folder.resolve(name), content);
        assertTrue(file.toFile().setExecutable(true));
        return file;
    }

    /** A program whose loader has another name. */
    private Path unloadable() throws IOException {
        String whole = new String(Files.readAllBytes(Path.of("/bin/true")), ISO_8859_1);
        return executable("unloadable", whole.replace("/ld-", "/no-").getBytes(ISO_8859_1));
    }

    /** Root may enter every directory, so this user is made up. */
    @Test
    void aDirectoryThatMayNotBeEnteredIsNamed() {
        FileSystemException refused = new Refusal("true", folder, 13, file -> !file.equals(folder)).exception();
        assertInstanceOf(AccessDeniedException.class, refused);
        assertEquals(folder + ": this user may not enter the working directory of 'true'", refused.getMessage());
        FileSystemException hidden = new Refusal("true", folder.resolve("below"), 13, _ -> false).exception();
        assertEquals(folder + "/below: this user may not enter the working directory of 'true'", hidden.getMessage());
        FileSystemException program = new Refusal("true", folder, 13, folder::equals).exception();
        assertEquals("true: it may not be executed by this user", program.getMessage());
    }

    @AnyioTest
    void aLongCommandIsToldInShort() {
        IOException tooLong = assertThrows(IOException.class,
                () -> processes().runProcess(List.of("true", "x".repeat(3_000_000))));
        assertTrue(tooLong.getMessage().length() < 1000, () -> tooLong.getMessage().length() + " characters");
    }

    @AnyioTest @Proves("SP-37")
    void directoryEnvironmentFilesAndInheritedStreams() throws IOException {
        Path file = folder.resolve("out");
        processes().runProcess("pwd; echo $ONLY", o -> o.directory(folder).environment(Map.of("ONLY", "this"))
                .stdout(Redirect.appendTo(file.toFile())));
        assertEquals(folder.toRealPath() + "\nthis\n", Files.readString(file));
        for (int i = 1; i <= 2; i++) {
            List<String> link = List.of("readlink", "/proc/self/fd/" + (i == 1 ? 0 : 2));
            assertEquals(Files.readSymbolicLink(Path.of("/proc/self/fd", i == 1 ? "0" : "2")) + "\n", processes()
                    .runProcess(link, o -> o.stdin(Redirect.INHERIT).stderr(Redirect.INHERIT)).output());
        }
    }

    @AnyioTest(timeout = 120) @Proves("SP-07")
    void aHundredMegabytesGoBothWays() throws IOException {
        byte[] large = new byte[LARGE];
        for (int i = 0; i < LARGE; i += 4096) {
            large[i] = (byte) (i >> 12);
        }
        assertArrayEquals(large, processes().runProcess(List.of("cat"), o -> o.input(large)).stdout());
        try (ChildProcess cat = processes().openProcess(List.of("cat"), o -> o.stderr(Redirect.INHERIT))) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn(() -> {
                    in(cat).send(large);
                    in(cat).close();
                });
                ByteBuffer received = ByteBuffer.allocate(LARGE + 1);
                int count = 0;
                while (count >= 0) {
                    count = out(cat).receive(received);
                }
                assertTrue(Arrays.equals(large, 0, LARGE, received.array(), 0, received.position()));
            });
            assertEquals(0, cat.waitFor());
        }
    }

    @AnyioTest(timeout = 120) @Proves("SP-39")
    void twoHundredAtOnce() throws IOException {
        Trace before = before();
        int[] codes = new int[MANY];
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            for (int i = 0; i < MANY; i++) {
                int code = i;
                group.spawn(() -> codes[code] = processes().runProcess("read line; exit $line",
                        o -> o.input((code + "\n").getBytes(UTF_8)).check(false))
                        .returnCode());
            }
        });
        for (int i = 0; i < MANY; i++) {
            assertEquals(i, codes[i]);
        }
        awaitSame(before);
    }

    @AnyioTest(timeout = 120) @Proves("SP-29")
    void aStreamThatIsNotUsedHasNoThread() throws IOException {
        Trace before = before();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            ChildProcess[] cats = new ChildProcess[MANY];
            for (int i = 0; i < MANY; i++) {
                int index = i;
                group.spawn(() -> cats[index] = processes().openProcess(List.of("cat")));
            }
            AnyIO.waitAllTasksBlocked();
            while (Arrays.asList(cats).contains(null)) {
                AnyIO.sleep(Duration.ofMillis(1));
            }
            assertEquals(MANY, Trace.now().children().size() - before.children().size());
            assertEquals(before.threads(), Trace.now().threads());
            for (ChildProcess cat : cats) {
                group.spawn(cat::close);
            }
        });
        awaitSame(before);
    }

    /** The child ignores SIGTERM, so a run that is cancelled after its start is killed. */
    @AnyioTest(timeout = 120) @Proves({"SP-10", "SP-11"})
    void aCancellationAtAnyTurnLeavesNothing() throws IOException {
        Trace before = before();
        int cancelled = 0;
        for (int turns = 0; turns < 30_000; turns += 1 + turns / 3) {
            int after = turns;
            CancelScope scope = AnyIO.openCancelScope();
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn(() -> {
                    for (int i = 0; i < after; i++) {
                        AnyIO.checkpoint();
                    }
                    scope.cancel();
                });
                scope.run(() -> processes().runProcess("trap '' TERM; cat; exec sleep 77",
                        o -> o.input(new byte[200_000]).grace(Duration.ofMillis(1))));
            });
            assertTrue(scope.cancelledCaught());
            assertEquals(before.children(), Trace.now().children());
            cancelled++;
        }
        assertTrue(cancelled > 20);
        awaitSame(before);
    }

    @AnyioTest @Proves("SP-18")
    void manyTasksWaitForOneProcess() throws IOException {
        try (ChildProcess cat = processes().openProcess(List.of("cat"))) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                for (int i = 0; i < 10; i++) {
                    group.spawn(() -> assertEquals(0, cat.waitFor()));
                }
                AnyIO.waitAllTasksBlocked();
                in(cat).close();
            });
        }
    }

    /** The JDK reports an end before its own object knows of it. */
    @AnyioTest
    void whoHasWaitedFindsItEnded() throws IOException {
        for (int i = 0; i < 100; i++) {
            try (ChildProcess exit = processes().openProcess("exit 3")) {
                assertEquals(3, exit.waitFor());
                exit.sendSignal(ProcessesTest.USR1);
                assertEquals(3, exit.returnCode());
            }
        }
    }

    @AnyioTest @Proves("SP-19")
    void aGrandchildThatHoldsThePipesKeepsOnlyWhoReads() throws IOException {
        Trace before = before();
        try (ChildProcess shell = processes().openProcess("sleep 77 & echo $!; exit 6")) {
            long grandchild = Long.parseLong(new String(out(shell).receive(), UTF_8)
                    .strip());
            try {
                assertEquals(6, shell.waitFor());
                assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(10), () -> out(shell).receive()));
            } catch (EndOfStreamException _) {
                // the JDK closes its own pipe when the process ends, unless it is being read at that moment
                assertFalse(Descriptors.unavailable().isEmpty());
            } finally {
                ProcessHandle.of(grandchild).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
        awaitSame(before);
    }

    @AnyioTest
    void descendantsHaveTheGraceToo() throws IOException {
        Path said = Files.createTempFile("grace", "");
        try {
            CancelScope scope = AnyIO.openCancelScope();
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn(() -> {
                    AnyIO.runInWorkerThread(() -> {
                        Trace.await(() -> text(said).equals("up\n"));
                        return "";
                    });
                    scope.cancel();
                });
                String script = "trap 'sleep 0.2; echo clean; exit' TERM; echo up; while :; do sleep 0.05; done";
                scope.run(() -> processes().runProcess("sh -c \"" + script + "\" & wait",
                        o -> o.killDescendants(true).grace(Duration.ofSeconds(20)).stdout(Redirect.to(said.toFile()))));
            });
            assertEquals("up\nclean\n", text(said));
        } finally {
            Files.delete(said);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AnyioTest
    void aPipeThatNobodyWritesToIsAtItsEnd() throws IOException {
        assertEquals(0, processes().runProcess(List.of("cat"), o -> o.stdin(Redirect.PIPE)).returnCode());
    }

    @AnyioTest
    void descendantsAreEndedOnRequest() throws IOException {
        for (String trap : new String[]{"", "trap 'exit 0' TERM; ", "trap '' TERM; "}) {
            ChildProcess shell = processes().openProcess(
                    trap + "sh -c \"trap '' TERM; echo \\$\\$; exec sleep 77\" & wait; wait",
                    o -> o.killDescendants(true).grace(Duration.ofMillis(50)));
            long grandchild = Long.parseLong(new String(out(shell).receive(), UTF_8)
                    .strip());
            assertTrue(isAlive(grandchild));
            assertFalse(AnyIO.moveOnAfter(Duration.ofMillis(1), shell::close));
            AnyIO.runInWorkerThread(() -> {
                Trace.await(() -> !isAlive(grandchild));
                return "";
            });
            assertFalse(isAlive(grandchild));
        }
    }

    private static boolean isAlive(long pid) {
        try {
            // a zombie, of whoever has adopted it, is dead
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }

    @AnyioTest
    void aProcessUnderATaskGroup() throws IOException {
        Trace before = before();
        AnyIO.createTaskGroup(IOException.class).run(group -> {
            ChildProcess server = group.start("server", (Started<ChildProcess> started) -> {
                try (ChildProcess child = processes().openProcess(List.of("cat"))) {
                    started.set(child);
                    int code = child.waitFor();
                    throw new IOException("the server has ended with " + code);
                }
            });
            in(server).send(new byte[]{'x'});
            assertArrayEquals(new byte[]{'x'}, out(server).receive());
            group.cancel();
        });
        awaitSame(before);
    }

    @AnyioTest
    void aStoppingReaderOfLastWordsGetsThem() throws IOException {
        try (ChildProcess shell = processes()
                .openProcess("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done")) {
            assertEquals("up\n", new String(out(shell).receive(), UTF_8));
            shell.terminate();
            assertEquals(0, shell.waitFor());
            assertEquals("bye\n", new String(out(shell).receive(), UTF_8));
        }
    }

    @AnyioTest
    void openedInOneTaskAndClosedOnAThread() throws Exception {
        ChildProcess cat = processes().openProcess(List.of("cat"));
        AnyIO.runInWorkerThread(() -> {
            cat.close();
            return "";
        });
        assertEquals(0, cat.returnCode());
        ChildProcess sleep = processes().openProcess(List.of("sleep", "77"));
        AnyIO.moveOnAfter(Duration.ofMillis(20), () -> AnyIO.runInWorkerThread(() -> {
            sleep.close();
            return "";
        }, o -> o.interruptOnCancel(true)));
        assertInstanceOf(Integer.class, sleep.returnCode());
        assertEquals(128 + 15, sleep.returnCode());
    }
}
