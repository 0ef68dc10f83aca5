package io.anyio.impl.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.spi.error.Errors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Errors whose own code fails are examined nevertheless. */
class ErrorsTest {
    @ParameterizedTest @EnumSource
    void nothingThrowsOrRunsWithoutEnd(Hostile.Kind kind) {
        RuntimeException error = kind.make();
        assertTrue(Errors.text(error).length() < 1500);
        assertTrue(Errors.line(error).length() < 300);
        List<Throwable> chain = Errors.chain(error);
        assertSame(error, chain.getFirst());
        assertTrue(chain.size() <= 100);
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
    }
}
