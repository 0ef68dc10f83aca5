package io.anyio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.api.signal.Signal;
import io.anyio.api.signal.SignalReceiver;
import io.anyio.api.signal.Signals;
import io.anyio.api.task.Block;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The examples of docs/signals.md. */
class SignalsExamples {
    private final List<String> log = new ArrayList<>();

    private void reload() throws IOException, InterruptedException {
        log.add("reload");
        send("TERM");
    }

    private static void send(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-s", name, Long.toString(ProcessHandle.current().pid())).start();
    }

    private void serve() {
        AnyIO.sleepForever();
    }

    /** Sends a signal once the example waits for it. */
    private static void run(String name, Block<Exception> example) throws Exception {
        AnyIO.createTaskGroup(Exception.class).run(group -> {
            group.spawn("example", example);
            AnyIO.waitAllTasksBlocked();
            send(name);
        });
    }

    @AnyioTest
    void loop() throws Exception {
        run("USR1", () -> {
            try (SignalReceiver signals = AnyIO.service(Signals.class).openSignalReceiver("USR1", "TERM")) {
                for (Signal signal : signals) {
                    if (signal.name().equals("TERM")) {
                        break;
                    }
                    reload();
                }
            }
        });
        assertEquals(List.of("reload"), log);
    }

    @AnyioTest
    void end() throws Exception {
        run("TERM", () -> {
            AnyIO.createTaskGroup().run(group -> {
                group.spawn("serve", () -> serve());
                try (SignalReceiver signals = AnyIO.service(Signals.class).openSignalReceiver("INT", "TERM")) {
                    group.cancelScope().cancel("the process got " + signals.receive().name());
                }
            });
        });
    }
}
