package io.anyio.impl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.process.ChildProcess;
import io.anyio.api.process.Processes;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.LoopOptions;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.proof.ChildJvm;
import io.anyio.testing.EachBackend;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Processes that nobody closes, and a JVM that has no descriptors left. */
class ProcessEndsTest {
    private static final String STUBBORN = "trap '' TERM; echo up; while :; do sleep 0.05; done";

    /** The run ends although its process was forgotten. */
    @EachBackend
    void theEndOfTheRunEndsItsProcesses(String backend) throws IOException {
        AtomicReference<ChildProcess> forgotten = new AtomicReference<>();
        AnyIO.run(() -> forgotten.set(AnyIO.service(Processes.class).openProcess(List.of("sleep", "77"))),
                o -> o.backend(backend));
        assertEquals(128 + 9, forgotten.get().returnCode());
    }

    private static HolderOwners owners(String backend, Duration grace) {
        return new HolderOwners(new LoopRuntime(), grace, LoopOptions.DEFAULT.backend(backend));
    }

    private static Holder holder() {
        return new Holder(7, "org.example.user", ProcessEndsTest.class.getClassLoader(), () -> false);
    }

    /** The process gets half of the grace, although its own grace is longer; the rest is for its death. */
    @EachBackend
    void theStopOfABundleEndsItsProcessesWithinTheGrace(String backend) throws Exception {
        Owner owner = owners(backend, Duration.ofMillis(1500)).open("Processes", holder());
        Processes processes = new OwnedProcesses(owner);
        ChildProcess[] children = new ChildProcess[2];
        owner.call(() -> {
            children[0] = processes.openProcess(List.of("cat"), o -> o.grace(Duration.ofMinutes(1)));
            children[1] = processes.openProcess(STUBBORN, o -> o.grace(Duration.ofMinutes(1)));
            return children[1].stdout().receive();
        });
        assertEquals(null, children[0].returnCode());
        long begin = System.nanoTime();
        owner.close();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        assertEquals(128 + 15, children[0].returnCode());
        assertEquals(128 + 9, children[1].returnCode());
        assertTrue(millis >= 700 && millis < 2500, () -> "after " + millis + " ms");
        LoopClosedException gone = assertThrows(LoopClosedException.class,
                () -> AnyIO.run(() -> processes.runProcess("true")));
        assertTrue(gone.getMessage().contains("org.example.user"), gone::getMessage);
    }

    @EachBackend
    void aBundleThatStopsEndsWhatItRuns(String backend) throws Exception {
        Trace before = Trace.now();
        Owner owner = owners(backend, Duration.ofSeconds(20)).open("Processes", holder());
        Processes processes = new OwnedProcesses(owner);
        owner.spawn("runs", () -> processes.runProcess("echo up >&2; exec sleep 77"));
        Trace.await(() -> !Trace.now().children().equals(before.children()));
        owner.close();
        before.awaitSame();
    }

    /** Takes all descriptors, and gives them back one by one until a process runs. */
    public static final class NoDescriptors {
        private NoDescriptors() {}

        @SuppressWarnings("SystemOut") // what the parent reads
        public static void main(String[] arguments) throws Exception {
            AnyIO.run(() -> {
                Processes processes = AnyIO.service(Processes.class);
                processes.runProcess("true");
                // as if the first process were started without descriptors
                Field possible = ProcessPipe.class.getDeclaredField("possible");
                possible.setAccessible(true);
                possible.setBoolean(null, false);
                Deque<FileInputStream> taken = takeAll();
                int failures = 0;
                while (true) {
                    Trace before = Trace.now();
                    try {
                        processes.runProcess(List.of("echo", "done"));
                        break;
                    } catch (IOException e) {
                        if (!e.getMessage().contains("echo") || !e.getMessage().contains("Too many open files")) {
                            throw e;
                        }
                        failures++;
                    }
                    AnyIO.runInWorkerThread(() -> {
                        before.awaitSame();
                        return "";
                    });
                    taken.pop().close();
                }
                System.out.println("it runs after " + failures + " failures with " + taken.size() + " files");
                while (!taken.isEmpty()) {
                    taken.pop().close();
                }
                try (ChildProcess cat = processes.openProcess(List.of("cat"))) {
                    AnyIO.moveOnAfter(Duration.ofMillis(1), () -> cat.stdout().receive());
                    System.out.println("pumps: " + Trace.now().threads());
                }
            }, o -> o.backend(arguments[0]));
        }

        private static Deque<FileInputStream> takeAll() throws IOException {
            Deque<FileInputStream> taken = new ArrayDeque<>();
            try {
                while (true) {
                    taken.push(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                // the trace needs some
                for (int i = 0; i < 2; i++) {
                    taken.pop().close();
                }
                return taken;
            }
        }
    }

    @EachBackend
    void withoutDescriptorsItSaysSoAndLeavesNone(String backend) throws Exception {
        String said = ChildJvm
                .of(NoDescriptors.class, ChildJvm.CARRIER, "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")
                .maxFiles(10_000).run(backend).well().says("pumps: []").output();
        assertTrue(said.matches("(?s).*it runs after [1-9]\\d* failures with 99\\d\\d files.*"), said);
        assertFalse(said.contains("Exception"), said);
    }

    /** Runs a process, and sends a signal that the JDK has not. */
    public static final class WithoutFlags {
        private WithoutFlags() {}

        @SuppressWarnings("SystemOut") // what the parent reads
        public static void main(String[] arguments) throws Exception {
            AnyIO.run(() -> {
                try (ChildProcess sleep = AnyIO.service(Processes.class).openProcess(List.of("sleep", "77"))) {
                    sleep.sendSignal(ProcessesTest.USR1);
                    System.out.println("ended with " + sleep.waitFor());
                }
            }, o -> o.backend("pool"));
        }
    }

    @Test
    void withoutFlagsTheJvmWarnsOfNothing() throws Exception {
        ChildJvm.Ended ended = ChildJvm.of(WithoutFlags.class).run().well().says("ended with 138");
        assertFalse(ended.output().contains("WARNING"), ended::output);
    }
}
