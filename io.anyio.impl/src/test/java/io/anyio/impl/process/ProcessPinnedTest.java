package io.anyio.impl.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.process.ChildProcess;
import io.anyio.api.process.Processes;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.Block;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Where a task cannot wait, in a class initializer for example, each operation fails and leaves nothing. */
class ProcessPinnedTest {
    private static final List<String> SLEEP = List.of("sleep", "77");

    /** Loaded anew for each operation, by a loader of its own. */
    public static final class Initialized {
        private Initialized() {}

        static {
            ((Runnable) Objects.requireNonNull(Initialized.class.getClassLoader())).run();
        }
    }

    /** It loads that class only, which runs the code. */
    private static final class Loader extends ClassLoader implements Runnable {
        private final Block<Exception> code;

        Loader(Block<Exception> code) {
            super(ProcessPinnedTest.class.getClassLoader());
            this.code = code;
        }

        @Override
        public void run() {
            try {
                code.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Initialized.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream in = Objects
                    .requireNonNull(getResourceAsStream(name.replace('.', '/') + ".class"))) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private static void inInitializer(Block<Exception> operation) throws ClassNotFoundException {
        Class.forName(Initialized.class.getName(), true, new Loader(operation));
    }

    private static Processes processes() {
        return AnyIO.service(Processes.class);
    }

    private static void awaitSame(Trace before) {
        AnyIO.runInWorkerThread(() -> {
            before.awaitSame();
            return "";
        });
    }

    private static Trace before() throws IOException {
        processes().runProcess("true");
        return AnyIO.runInWorkerThread(Trace::settled);
    }

    @AnyioTest(backends = "carrier")
    void aStartLeavesNothing() throws Exception {
        Map<String, Block<Exception>> table = new LinkedHashMap<>();
        // a start that is over before the task would wait succeeds, and the close fails
        table.put("open", () -> processes().openProcess(SLEEP).close());
        table.put("open a shell", () -> processes().openProcess("sleep 77; true").close());
        table.put("open without pipes", () -> processes().openProcess(SLEEP, o -> o.stdin(Redirect.DISCARD)
                .stdout(Redirect.DISCARD).stderr(Redirect.DISCARD)).close());
        table.put("run", () -> processes().runProcess(SLEEP));
        table.put("run with input", () -> processes().runProcess(List.of("cat"), o -> o.input(new byte[1_000_000])));
        table.put("run what is not there", () -> processes().runProcess(List.of("/no/such")));
        Trace before = before();
        for (Map.Entry<String, Block<Exception>> row : table.entrySet()) {
            assertThrows(ExceptionInInitializerError.class, () -> inInitializer(row.getValue()), row.getKey());
            // the worker may not have begun
            AnyIO.runInWorkerThread(() -> {
                Trace.await(() -> Trace.now().threads().isEmpty());
                return "";
            });
            awaitSame(before);
        }
    }

    /** What is done with a process that runs, and the code that it ends with; null if it goes on. */
    private record Use(Block<Exception> operation, Integer code) {}

    @AnyioTest(backends = "carrier")
    void aProcessThatRunsIsLeftAsItWasOrEnded() throws Exception {
        Trace before = before();
        for (int i = 0; i < 5; i++) {
            ChildProcess child = processes().openProcess(SLEEP, o -> o.grace(Duration.ofSeconds(20)));
            List<Use> table = List.of(
                    new Use(child::waitFor, null),
                    new Use(() -> Objects.requireNonNull(child.stdout()).receive(), null),
                    new Use(() -> Objects.requireNonNull(child.stdin()).send(new byte[1_000_000]), null),
                    new Use(child::close, 128 + 15),
                    new Use(() -> ((Child) child).abandon(TaskContext.current("test")), 128 + 15));
            Use use = table.get(i);
            try {
                inInitializer(use.operation);
                // the process may have been ended before the task would wait
                assertNotNull(use.code, "row " + i);
            } catch (ExceptionInInitializerError _) {
                // it could not wait
            }
            if (use.code == null) {
                assertNull(child.returnCode());
                child.kill();
                assertEquals(128 + 9, child.waitFor());
                child.close();
            } else {
                AnyIO.runInWorkerThread(() -> {
                    Trace.await(() -> child.returnCode() != null);
                    return "";
                });
                assertEquals(use.code, child.returnCode());
            }
            awaitSame(before);
        }
    }

    @AnyioTest(backends = "carrier")
    void whatNeedNotWaitSucceeds() throws Exception {
        Trace before = before();
        try (ChildProcess cat = processes().openProcess(List.of("cat"))) {
            inInitializer(() -> {
                Objects.requireNonNull(cat.stdin()).send("x".getBytes(UTF_8));
                cat.terminate();
            });
            assertEquals(128 + 15, cat.waitFor());
            inInitializer(cat::waitFor);
            inInitializer(cat::close);
        }
        awaitSame(before);
    }
}
