package io.anyio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The first examples of docs/cores.md. */
class CoresExamples {

    private static long sum(String part) {
        return part.chars().sum();
    }

    @AnyioTest
    void aGroup() throws IOException {
        List<String> parts = List.of("a", "bb", "ccc");
        AtomicLong total = new AtomicLong();
        AnyIO.createTaskGroup(IOException.class, o -> o.loops(0)).run(group -> {
            for (String part : parts) {
                group.spawn("sum of " + part, () -> {
                    total.addAndGet(sum(part));
                });
            }
        });
        assertEquals(97 + 2 * 98 + 3 * 99, total.get());
    }
}
