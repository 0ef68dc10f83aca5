package io.anyio.bench.echo;

import io.anyio.bench.load.LoadGenerator;
import io.anyio.bench.load.LoadRequest;
import io.anyio.bench.load.LoadResult;
import io.anyio.bench.option.EchoCase;
import io.anyio.bench.process.Child;
import io.anyio.bench.process.Jvm;
import io.anyio.bench.process.Pinning;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The harness's side of the {@link LoadGenerator}, one process for the whole run. */
final class Load implements AutoCloseable {
    private static final Duration SLACK = Duration.ofSeconds(60);

    /** Something done while all connections are open and silent. */
    interface Pause {
        /** Between warm-up and measurement. */
        void before() throws IOException, InterruptedException;

        /** After the last echo of the measurement. */
        default void after() throws IOException, InterruptedException {}
    }

    private final Child generator;

    private Load(Child generator) {
        this.generator = generator;
    }

    static Load start(int threads, Pinning pinning) throws IOException {
        return new Load(Child.start(
                "load-generator",
                pinning.pin(Pinning.Role.CLIENT, Jvm.command(LoadGenerator.class, String.valueOf(threads)))));
    }

    /** Loads a server, fresh connections for each call. */
    LoadResult run(Server server, EchoCase load, double warmup, double seconds, boolean check)
            throws IOException, InterruptedException {
        return run(server, load, warmup, seconds, check, null);
    }

    /** The same, with pauses before and after the measurement. */
    LoadResult run(Server server, EchoCase load, double warmup, double seconds, boolean check, @Nullable Pause pause)
            throws IOException, InterruptedException {
        generator.tell(new LoadRequest(server.address(), server.pid(), load, warmup, seconds, check, pause != null)
                .format());
        Duration patience = SLACK.plusMillis((long) ((warmup + seconds) * 1000));
        if (pause != null) {
            generator.await("ready", patience);
            pause.before();
            generator.tell("go");
            generator.await("measured", patience);
            pause.after();
            generator.tell("go");
        }
        String answer = generator.await(patience);
        if (!answer.startsWith("result ")) {
            throw new IOException(answer + "; the server's error output: " + server.complaint());
        }
        LoadResult result = LoadResult.parse(answer.substring("result ".length()));
        if (result.requests() == 0) {
            throw new IOException(
                    "no echo at all: " + generator.complaint() + "; the server's error output: " + server.complaint());
        }
        return result;
    }

    /** The end of the generator's error output: what went wrong with connections. */
    String complaint() throws IOException {
        return generator.complaint();
    }

    @Override
    public void close() throws IOException {
        generator.close();
    }
}
