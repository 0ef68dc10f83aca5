package io.anyio.impl.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.spi.error.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Errors whose own code fails are looked at all the same. */
class ErrorsTest {
    @ParameterizedTest @EnumSource
    void nothingThrowsOrRunsWithoutEnd(Hostile.Kind kind) {
        RuntimeException error = kind.make();
        assertTrue(Errors.text(error).length() < 1500);
        assertTrue(Errors.line(error).length() < 300);
        List<Throwable> chain = Errors.chain(error);
        assertSame(error, chain.getFirst());
        assertTrue(chain.size() <= 100);
        for (boolean loggerFails : List.of(true, false)) {
            Log log = new Log(loggerFails);
            Errors.log(log, System.Logger.Level.ERROR, "It failed", error);
            assertTrue(loggerFails || log.entries.getFirst().startsWith("It failed"), log.entries.toString());
        }
    }

    @Test
    void anOrdinaryErrorIsShownAsItIs() {
        Exception cause = new Exception("cause");
        Exception error = new Exception("one\ntwo", cause);
        assertEquals("java.lang.Exception: one\ntwo", Errors.text(error));
        assertEquals("java.lang.Exception: one", Errors.line(error));
        assertSame(cause, Errors.cause(error));
        assertNull(Errors.cause(cause));
        assertEquals(List.of(error, cause), Errors.chain(error));
        Log log = new Log(false);
        Errors.log(log, System.Logger.Level.INFO, "Nothing failed", null);
        assertEquals(List.of("Nothing failed"), log.entries);
    }

    @Test
    void whatCannotBePrintedIsNamed() {
        Log log = new Log(false);
        Errors.log(log, System.Logger.Level.ERROR, "It failed", Hostile.Kind.THROWS_LINKAGE.make());
        assertEquals(1, log.entries.size());
        assertTrue(log.entries.getFirst().contains("Raw"), log.entries.toString());
        assertTrue(log.entries.getFirst().contains("org/other/bundle/Thing"), log.entries.toString());
    }

    /** Prints what it logs, as handlers do. */
    private record Log(boolean fails, List<String> entries) implements System.Logger {
        Log(boolean fails) {
            this(fails, new ArrayList<>());
        }

        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            if (fails) {
                throw new NoClassDefFoundError("org/other/bundle/Handler");
            }
            entries.add(message + (thrown == null ? "" : ": " + thrown));
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... params) {
            log(level, bundle, format, (Throwable) null);
        }
    }
}
