package io.anyio.itest.table;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.task.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Assertions;

/**
 * Waits of all operations where the JVM cannot put the stack aside, in a JVM in which that needs no more than half a
 * megabyte.
 */
final class FailedOperations {
    private static final int DEPTH = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(20);

    /** A part of a record may have been sent, and nobody is left to send the rest. */
    private static final Set<String> BREAKS = Set.of("tls stream: send(byte[])", "tls stream: send(ByteBuffer)");

    private final String backend;
    private final SSLContext tls;
    private int failed;

    private FailedOperations(String backend, SSLContext tls) {
        this.backend = backend;
        this.tls = tls;
    }

    static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("keys");
        FailedOperations waits = new FailedOperations(arguments[0], Keys.make(folder));
        List<String> wrong = new ArrayList<>();
        for (Row row : Rows.all()) {
            try {
                waits.leavesNothing(row);
            } catch (Throwable e) {
                wrong.add(row + ": " + e);
                e.printStackTrace(System.out);
            }
        }
        if (waits.failed < 100) {
            wrong.add("hardly any wait has failed");
        }
        wrong.forEach(each -> System.out.println("WRONG " + each));
        System.out.println(wrong.size() + " wrong, " + waits.failed + " have failed");
        Runtime.getRuntime().halt(0);
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
            require(round < 2, left + " descriptors are left");
        }
    }

    private void attempt(Row row) throws Exception {
        AnyIO.createTaskGroup(Exception.class).run(group -> {
            Stage stage = new Stage(group, backend, tls);
            try {
                Subject subject = row.open().call(stage);
                if (subject.full != null) {
                    AnyIO.failAfter(PATIENCE, () -> attempt(row, stage, subject));
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
        boolean[] fails = new boolean[1];
        stage.group.spawn("waits", () -> AnyIO.moveOnAfter(SHORT, () -> fails[0] = fails(subject.waitingCall)))
                .awaitEnd();
        failed += fails[0] ? 1 : 0;
        AnyIO.waitAllTasksBlocked();
        if (subject.grant == null) {
            // it waits again, and nobody is said to be at it
            AnyIO.moveOnAfter(SHORT, subject.waitingCall::run);
        } else if (fails[0] && BREAKS.contains(row.toString())) {
            Assertions.assertThrows(BrokenResourceException.class, subject.call::run);
        } else if (!subject.lastCall) {
            subject.grant.run();
            subject.call.run();
        }
        AnyIO.sleep(Duration.ofNanos(1));
    }

    private static boolean fails(Block<Exception> operation) throws Exception {
        try {
            deep(DEPTH, operation);
            return false;
        } catch (StackOverflowError e) {
            return true;
        }
    }

    private static void deep(int depth, Block<Exception> block) throws Exception {
        if (depth == 0) {
            block.run();
        } else {
            deep(depth - 1, block);
        }
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            return 0; // of Linux only
        }
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
