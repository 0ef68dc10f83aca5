package io.anyio.net.socket;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortsTest {

    @ParameterizedTest @CsvSource({"-1, false, false", "0, false, true", "1, true, true", "65535, true, true",
            "65536, false, false"})
    void thisSideMayHaveAnyFreePortAndTheOtherNot(int port, boolean there, boolean here) {
        check(there, "Port " + port + " is outside 1..65535", () -> Ports.checkRemote(port));
        check(here, "Port " + port + " is outside 0..65535", () -> Ports.check(port));
    }

    private static void check(boolean fine, String refusal, Runnable call) {
        if (fine) {
            assertDoesNotThrow(call::run);
        } else {
            assertEquals(refusal, assertThrows(IllegalArgumentException.class, call::run).getMessage());
        }
    }
}
