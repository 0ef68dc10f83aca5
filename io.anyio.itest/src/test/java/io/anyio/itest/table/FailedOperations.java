package io.anyio.itest.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.proof.LargeStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** Waits of all operations where the JVM cannot put the stack aside. */
final class FailedOperations {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** Enough for what an operation does before its wait; the few that insist on their wait take all of it. */
    private static final Duration LONG = Duration.ofSeconds(1);
    /** Enough for the interpreter to encrypt what fills a connection. */
    private static final Duration LONGER = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(20);

    /** A part of a record may have been sent, and nobody is left to send the rest. */
    private static final Set<String> BREAKS = Set.of("tls stream: send(byte[])", "tls stream: send(ByteBuffer)");

    private final String backend;
    private final SSLContext tls;
    private final Set<String> failed = new HashSet<>();

    private FailedOperations(String backend, SSLContext tls) {
        this.backend = backend;
        this.tls = tls;
    }

    static void main(String[] arguments) throws Exception {
        FailedOperations waits = new FailedOperations(arguments[0], Keys.make(Path.of(arguments[1])));
        List<String> wrong = new ArrayList<>();
        for (Row row : Rows.all()) {
            try {
                waits.leavesNothing(row);
            } catch (Throwable e) {
                wrong.add(row + ": " + e);
                e.printStackTrace(System.out);
            }
        }
        if (waits.failed.size() < 100) {
            wrong.add("hardly any wait has failed");
        }
        if (!waits.failed.containsAll(BREAKS)) {
            wrong.add("of " + BREAKS + " have failed only " + waits.failed);
        }
        wrong.forEach(each -> System.out.println("WRONG " + each));
        System.out.println(wrong.size() + " wrong, " + waits.failed.size() + " have failed");
        Runtime.getRuntime().halt(wrong.isEmpty() ? 0 : 1);
    }

    /** What the JDK opens when it is first used is no leak. */
    private void leavesNothing(Row row) throws Exception {
        for (int round = 0;; round++) {
            long before = descriptors();
            AnyIO.run(() -> attempt(row), o -> o.backend(backend));
            long left = descriptors() - before;
            if (left <= 0) {
                return;
            }
            assertTrue(round < 2, left + " descriptors are left");
        }
    }

    private void attempt(Row row) throws Exception {
        AnyIO.createTaskGroup(Exception.class).run(group -> {
            Stage stage = new Stage(group, backend, tls);
            try {
                Subject subject = row.open().call(stage);
                if (subject.full != null) {
                    AnyIO.failAfter(PATIENCE, () -> attempt(row, stage, subject));
                } else if (subject.checkpoint && subject.ready == null && !subject.lastCall) {
                    AnyIO.failAfter(PATIENCE, () -> attemptOnTheWay(row, subject));
                }
            } finally {
                stage.closeAll();
                group.cancel();
            }
        });
    }

    private void attempt(Row row, Stage stage, Subject subject) throws Exception {
        subject.full.run();
        // one that insists on its wait, as the end of a group does, is not withdrawn
        boolean breaks = BREAKS.contains(row.toString());
        boolean[] fails = new boolean[1];
        stage.group.spawn("waits",
                () -> AnyIO.moveOnAfter(breaks ? LONGER : LONG, () -> fails[0] = LargeStack.overflows(() -> {
                    subject.waitingCall.run();
                    return true;
                }))).awaitEnd();
        if (fails[0]) {
            failed.add(row.toString());
        }
        AnyIO.waitAllTasksBlocked();
        if (subject.grant == null) {
            // it waits again, and nobody is said to be at it
            AnyIO.moveOnAfter(SHORT, subject.waitingCall::run);
        } else if (fails[0] && breaks) {
            assertThrows(BrokenResourceException.class, subject.call::run);
        } else if (!subject.lastCall) {
            subject.grant.run();
            subject.call.run();
        }
        AnyIO.sleep(Duration.ofNanos(1));
    }

    /** What opens, connects or looks up waits on its way only, mostly in another task: it fails, or is done. */
    private void attemptOnTheWay(Row row, Subject subject) throws Exception {
        // what is opened when it is used for the first time is no leak
        subject.call.run();
        long before = descriptors();
        if (LargeStack.overflows(() -> {
            subject.call.run();
            return true;
        })) {
            failed.add(row.toString());
        }
        subject.call.run();
        AnyIO.waitAllTasksBlocked();
        assertEquals(before, descriptors(), "descriptors");
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            return 0; // of Linux only
        }
    }
}
