package io.anyio.impl.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.impl.owner.HolderOwners;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration may say about the grace, and what it may not. */
class GraceTest {
    private static final Duration NOW = Duration.ofMillis(321);

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Logger logger = Logger.getLogger(Grace.PID);

    @BeforeEach
    void listen() {
        logger.setFilter(entry -> {
            log.add(entry.getMessage());
            return false;
        });
    }

    @AfterEach
    void stopListening() {
        logger.setFilter(null);
    }

    static List<Object> right() {
        return List.of(5, 5L, (short) 5, "5", " 5 ");
    }

    @ParameterizedTest @MethodSource("right")
    void wholeMillisecondsAreTaken(Object value) {
        assertEquals(Duration.ofMillis(5), Grace.of(Map.of("grace.millis", value), NOW));
        assertEquals(List.of(), log);
    }

    static List<Object> wrong() {
        return List.of(-1L, "-1", "2s", "", 2.5, true, Long.MAX_VALUE, "9223372036854775808", new long[]{5, 6},
                new long[]{5}, List.of(5));
    }

    @ParameterizedTest @MethodSource("wrong")
    void aWrongValueIsLoggedAndChangesNothing(Object value) {
        assertEquals(NOW, Grace.of(Map.of("grace.millis", value), NOW));
        assertEquals(1, log.size());
        assertTrue(log.getFirst().contains("grace.millis of io.anyio.impl.owners is ")
                && log.getFirst().contains("stays at 321 ms"), log.getFirst());
    }

    @ParameterizedTest @ValueSource(strings = {"grace.milis", "grace", "grace_millis"})
    void aMisspeltKeyIsLogged(String key) {
        assertEquals(HolderOwners.DEFAULT_GRACE, Grace.of(Map.of(key, 5, "service.pid", Grace.PID), NOW));
        assertEquals(
                List.of("The key " + key + " of io.anyio.impl.owners is unknown and has no effect: use grace.millis"),
                log);
    }

    @Test
    void theMetatypesDefaultIsTheDefault() throws Exception {
        assertEquals(HolderOwners.DEFAULT_GRACE.toMillis(),
                OwnersConfiguration.class.getMethod("grace_millis").getDefaultValue());
        assertEquals(HolderOwners.DEFAULT_GRACE, Grace.of(Map.of(), NOW));
    }
}
