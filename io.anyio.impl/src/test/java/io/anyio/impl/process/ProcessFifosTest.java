package io.anyio.impl.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.process.ProcessOptions;
import io.anyio.api.process.Processes;
import io.anyio.api.task.CancelScope;
import io.anyio.testing.AnyioTest;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;

/** Processes whose streams are redirected to or from FIFOs. */
class ProcessFifosTest {
    /** More than processes start at once. */
    private static final int MANY = 10;

    @TempDir
    Path folder;

    private static Processes processes() {
        return AnyIO.service(Processes.class);
    }

    private Path fifo(String name) throws Exception {
        Path fifo = folder.resolve(name);
        processes().runProcess(List.of("mkfifo", fifo.toString()));
        return fifo;
    }

    private static Trace before() {
        return AnyIO.runInWorkerThread(Trace::settled);
    }

    private static void awaitSame(Trace before) {
        AnyIO.runInWorkerThread(() -> {
            before.awaitSame();
            return "";
        });
    }

    @AnyioTest
    void theWaitForTheOtherSideCanBeCancelled() throws Exception {
        Path fifo = fifo("fifo");
        List<UnaryOperator<ProcessOptions>> ways = List.of(o -> o.stdin(Redirect.from(fifo.toFile())),
                o -> o.stdout(Redirect.to(fifo.toFile())), o -> o.stderr(Redirect.appendTo(fifo.toFile())));
        Trace before = before();
        for (int i = 0; i < 30; i++) {
            UnaryOperator<ProcessOptions> way = ways.get(i % ways.size());
            int turns = i;
            CancelScope scope = AnyIO.openCancelScope();
            AnyIO.createTaskGroup().run(group -> {
                group.spawn(() -> scope.run(() -> processes().runProcess("sleep 77", way)));
                if (turns % 2 == 0) {
                    AnyIO.waitAllTasksBlocked();
                } else {
                    for (int turn = 0; turn < turns * turns; turn++) {
                        AnyIO.checkpoint();
                    }
                }
                scope.cancel();
            });
            assertTrue(scope.cancelledCaught());
            awaitSame(before);
        }
    }

    @AnyioTest
    void manyThatWaitKeepNoOtherFromStarting() throws Exception {
        List<Path> fifos = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            fifos.add(fifo("fifo" + i));
        }
        Trace before = before();
        AnyIO.createTaskGroup().run(group -> {
            for (Path fifo : fifos) {
                group.spawn(() -> processes().runProcess(List.of("cat"), o -> o.stdin(Redirect.from(fifo.toFile()))));
            }
            AnyIO.waitAllTasksBlocked();
            assertEquals("free\n", processes().runProcess("echo free").output());
            assertEquals(before.children(), Trace.now().children());
            group.cancel();
        });
        awaitSame(before);
    }

    /** The writer may have gone before the process has opened its side. */
    @AnyioTest
    void whatWasWrittenBeforeTheStartIsRead() throws Exception {
        Path fifo = fifo("fifo");
        Trace before = before();
        for (int i = 0; i < 20; i++) {
            AnyIO.createTaskGroup().run(group -> {
                group.spawn(() -> AnyIO.runInWorkerThread(() -> {
                    Files.writeString(fifo, "written", StandardOpenOption.WRITE);
                }));
                assertEquals("written", processes()
                        .runProcess(List.of("cat"), o -> o.stdin(Redirect.from(fifo.toFile()))).output());
            });
        }
        awaitSame(before);
    }

    @AnyioTest
    void bothOutputsMayBeOneFifo() throws Exception {
        Path fifo = fifo("fifo");
        Trace before = before();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> processes().runProcess("echo both", o -> o.stdout(Redirect.to(fifo.toFile()))
                    .stderr(Redirect.to(fifo.toFile()))));
            assertEquals("both\n", AnyIO.runInWorkerThread(() -> Files.readString(fifo)));
        });
        awaitSame(before);
    }
}
