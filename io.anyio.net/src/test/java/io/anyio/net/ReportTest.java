package io.anyio.net;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.spi.error.Report;
import io.anyio.net.tcp.LogWatch;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A report never throws, even if a log or an argument does. */
class ReportTest {
    private final Report report = new Report("io.anyio");
    private int reports;

    @ParameterizedTest @EnumSource
    void aLogThatFailsAndAnErrorThatFailsHarmNobody(HostileLog.Kind kind) {
        try (HostileLog log = new HostileLog(kind)) {
            Hostile.throwables().forEach((name, error) -> {
                assertDoesNotThrow(() -> report.log(System.Logger.Level.ERROR, error.get(), "It failed: ", error.get(),
                        ", a ", name), name);
                assertDoesNotThrow(() -> report.isLoggable(System.Logger.Level.ERROR), name);
            });
            int count = Hostile.throwables().size();
            assertTrue(log.asked() >= count, () -> "asked " + log.asked());
            if (kind == HostileLog.Kind.ONLY_WITH_A_STACK) {
                assertEquals(count, log.taken());
            } else {
                assertEquals(count,
                        log.console().lines().filter(line -> line.startsWith("It failed: ")).count());
            }
        }
    }

    @Test
    void theMessageIsMadeOfItsPartsAndWhatFailsIsNamed() {
        try (LogWatch log = new LogWatch()) {
            IllegalStateException error = new IllegalStateException("oops");
            report.log(System.Logger.Level.WARNING, error, "Part ", 1, " of ", null, ": ", new Hostile.Text());
            assertEquals(
                    "io.anyio WARNING Part 1 of null: io.anyio.net.Hostile$Text (its text cannot be had: "
                            + "java.lang.AssertionError)\n",
                    log.text());
            assertEquals(error, log.records().getFirst().getThrown());
        }
    }

    /** The text of parts is not made if it is not logged. */
    @Test
    void whatNobodyReadsIsNotPutTogether() {
        try (LogWatch log = new LogWatch()) {
            Object part = new Object() {
                @Override
                public String toString() {
                    throw new AssertionError("nobody reads this");
                }
            };
            assertFalse(report.isLoggable(System.Logger.Level.TRACE));
            report.log(System.Logger.Level.TRACE, null, part);
            assertEquals("", log.text());
            assertTrue(report.isLoggable(System.Logger.Level.ERROR));
            assertEquals(0, log.records().stream().filter(entry -> entry.getLevel() == Level.FINER).count());
        }
    }

    /** Wherever the stack ends, the report returns or the caller itself overflows, and the next report works. */
    @Test
    void aReportAtTheEndOfTheStackLeavesTheNextOnesWhole() {
        try (LogWatch log = new LogWatch()) {
            try {
                overflow();
            } catch (StackOverflowError _) {
                // as meant
            }
            int before = log.records().size();
            report.log(System.Logger.Level.ERROR, new IllegalStateException("oops"), "the next");
            assertEquals(before + 1, log.records().size());
        }
    }

    @SuppressWarnings("InfiniteRecursion")
    private int overflow() {
        try {
            return overflow() + 1;
        } finally {
            if (reports < 100) {
                reports++;
                new Report("io.anyio.end").log(System.Logger.Level.ERROR, null, "at the end of the stack");
            }
        }
    }
}
