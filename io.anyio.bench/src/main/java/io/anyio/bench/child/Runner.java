package io.anyio.bench.child;

import io.anyio.api.AnyIO;
import io.anyio.api.process.ChildProcess;
import io.anyio.api.process.Processes;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteSendStream;
import io.anyio.api.task.Block;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/** Who runs programs. */
enum Runner {
    /** {@code ProcessBuilder}, and a thread for each pipe that is used. */
    THREADS {
        @Override
        void copy(String backend, long bytes) throws IOException, InterruptedException {
            Process cat = new ProcessBuilder(CAT).redirectError(Redirect.INHERIT).start();
            Thread writer = thread(() -> {
                try (OutputStream in = cat.getOutputStream()) {
                    byte[] chunk = new byte[CHUNK];
                    for (long sent = 0; sent < bytes; sent += CHUNK) {
                        in.write(chunk);
                    }
                }
            });
            long[] received = new long[1];
            Thread reader = thread(() -> {
                try (InputStream out = cat.getInputStream()) {
                    byte[] chunk = new byte[CHUNK];
                    for (int count = out.read(chunk); count >= 0; count = out.read(chunk)) {
                        received[0] += count;
                    }
                }
            });
            writer.join();
            reader.join();
            check(bytes, received[0], cat.waitFor());
        }

        @Override
        void run(String backend, int times) throws IOException, InterruptedException {
            for (int i = 0; i < times; i++) {
                Process process = new ProcessBuilder("true").redirectInput(NULL).start();
                Thread errors = thread(() -> process.getErrorStream().readAllBytes());
                byte[] output = process.getInputStream().readAllBytes();
                errors.join();
                check(0, output.length, process.waitFor());
            }
        }
    },

    /** {@code Processes}. */
    OURS {
        @Override
        void copy(String backend, long bytes) throws IOException {
            AnyIO.run(() -> {
                try (ChildProcess cat = AnyIO.service(Processes.class)
                        .openProcess(CAT, o -> o.stderr(Redirect.INHERIT))) {
                    check(bytes, copy(cat, bytes), cat.waitFor());
                }
            }, o -> o.backend(backend));
        }

        private static long copy(ChildProcess cat, long bytes) throws IOException {
            ByteSendStream in = Objects.requireNonNull(cat.stdin());
            ByteReceiveStream out = Objects.requireNonNull(cat.stdout());
            long[] received = new long[1];
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                group.spawn("writer", (Block<IOException>) () -> {
                    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
                    for (long sent = 0; sent < bytes; sent += CHUNK) {
                        in.send(chunk.clear());
                    }
                    in.close();
                });
                ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
                for (int count = 0; count >= 0; count = out.receive(chunk.clear())) {
                    received[0] += count;
                }
            });
            return received[0];
        }

        @Override
        void run(String backend, int times) throws IOException {
            AnyIO.run(() -> {
                Processes processes = AnyIO.service(Processes.class);
                for (int i = 0; i < times; i++) {
                    check(0, processes.runProcess(List.of("true")).output().length(), 0);
                }
            }, o -> o.backend(backend));
        }
    };

    private static final List<String> CAT = List.of("cat");
    private static final File NULL = new File("/dev/null");
    private static final int CHUNK = 64 << 10;

    /** Sends bytes through {@code cat}. */
    abstract void copy(String backend, long bytes) throws IOException, InterruptedException;

    /** Runs {@code true}, one after the other, and reads both outputs to their ends. */
    abstract void run(String backend, int times) throws IOException, InterruptedException;

    private static Thread thread(Block<IOException> code) {
        return Thread.ofPlatform().start(() -> {
            try {
                code.run();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void check(long expected, long found, int code) {
        if (expected != found || code != 0) {
            throw new IllegalStateException(found + " bytes of " + expected + ", and the exit code " + code);
        }
    }
}
