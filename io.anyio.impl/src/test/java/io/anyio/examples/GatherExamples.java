package io.anyio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.api.task.Body;
import io.anyio.api.task.Completed;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The examples of docs/gather.md. */
class GatherExamples {

    /** Stands for something that takes its time and may fail. */
    private static int fetchLength(String name) throws IOException {
        if (name.isEmpty()) {
            throw new IOException("There is no such thing");
        }
        AnyIO.sleep(Duration.ofSeconds(name.length()));
        return name.length();
    }

    @AnyioTest(virtualClock = true)
    void examples() throws IOException {
        List<Integer> lengths = AnyIO.gather(() -> fetchLength("a"), () -> fetchLength("bb"));
        assertEquals(List.of(1, 2), lengths);

        List<Integer> all = AnyIO.map(List.of("a", "bb", "ccc"), 2, name -> fetchLength(name));
        assertEquals(List.of(1, 2, 3), all);

        List<Integer> order = new ArrayList<>();
        List<Body<Integer, IOException>> bodies = List.of(() -> fetchLength("slow"), () -> fetchLength("a"));
        AnyIO.asCompleted(bodies, completed -> {
            for (Completed<Integer> one : completed) {
                order.add(one.index());
            }
        });
        assertEquals(List.of(1, 0), order);

        int fastest = AnyIO.race(() -> fetchLength("slow"), () -> fetchLength("a"));
        assertEquals(1, fastest);
    }
}
