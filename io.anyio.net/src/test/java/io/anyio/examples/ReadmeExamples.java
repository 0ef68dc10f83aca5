package io.anyio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/** The examples of README.md, beside {@link Echo} and {@link Poller}. */
class ReadmeExamples {
    private final ReadmeExamples client = this;

    private void flush() {}

    private String ask(String question) {
        return question.toUpperCase(Locale.ROOT);
    }

    @AnyioTest
    void timeoutsAreScopes() throws IOException {
        boolean finished = AnyIO.moveOnAfter(Duration.ofSeconds(1), () -> flush());
        String reply = AnyIO.failAfter(Duration.ofSeconds(5), () -> client.ask("hello"));
        assertTrue(finished);
        assertEquals("HELLO", reply);
    }
}
