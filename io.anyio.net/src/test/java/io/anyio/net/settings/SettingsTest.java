package io.anyio.net.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.spi.osgi.InvalidConfigurationException;
import io.anyio.api.whiteboard.ListenerKind;
import io.anyio.net.settings.EndpointSettings.Socket;
import io.anyio.proof.Proves;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The properties of services, in all types in which they come, unknown keys and contradictions. */
class SettingsTest {
    private static final String CONNECTIONS = "io.anyio.api.net.ConnectionHandler";
    private static final String DATAGRAMS = "io.anyio.api.net.DatagramHandler";

    private static List<EndpointSettings> all(Map<String, Object> properties) {
        try {
            return Settings.of(properties, List.of(CONNECTIONS, DATAGRAMS)).endpoints();
        } catch (InvalidConfigurationException e) {
            throw new AssertionError(e);
        }
    }

    private static EndpointSettings one(Map<String, Object> properties) {
        assertEquals(1, all(properties).size());
        return all(properties).getFirst();
    }

    private static int port(Map<String, Object> properties) {
        return one(properties).endpoint().port();
    }

    private static InvalidConfigurationException failure(Map<String, Object> properties, String... types) {
        return assertThrows(InvalidConfigurationException.class, () -> Settings.of(properties, List.of(types)));
    }

    private static String problem(Map<String, Object> properties) {
        return failure(properties).getMessage();
    }

    private static Map<String, Object> with(Object... more) {
        Map<String, Object> properties = new HashMap<>(Map.of("anyio.tcp.port", 7007));
        for (int i = 0; i < more.length; i += 2) {
            properties.put((String) more[i], more[i + 1]);
        }
        return properties;
    }

    private static Socket tcp(int port, String host, int backlog, boolean reusePort) {
        return new Socket(new Endpoint(ListenerKind.TCP, host, port), backlog, reusePort, Set.of(), false, 1);
    }

    // ---- values

    @Test @Proves("WB-07")
    void anAnnotationGivesTypes() {
        assertEquals(tcp(7007, "::1", 5, true),
                one(with("anyio.tcp.host", "::1", "anyio.tcp.backlog", 5, "anyio.tcp.reusePort", true)).socket());
    }

    @Test @Proves("WB-07")
    void aConfigurationGivesText() {
        assertEquals(tcp(7007, "localhost", 5, true), one(with("anyio.tcp.port", " 7007 ", "anyio.tcp.host",
                " localhost ", "anyio.tcp.backlog", "5", "anyio.tcp.reusePort", "True")).socket());
    }

    @Test @Proves("WB-07")
    void aConfigurationMayGiveListsOfOne() {
        assertEquals(tcp(7007, "::1", 65536, false), one(Map.of("anyio.tcp.port", new String[]{"7007"},
                "anyio.tcp.host", List.of("::1"), "anyio.tcp.backlog", new int[]{65536})).socket());
    }

    @Test @Proves("WB-07")
    void keysDoNotDependOnCase() {
        assertEquals(7007, port(Map.of("Anyio.TCP.Port", 7007)));
    }

    @Test
    void whatIsOfOthersIsIgnored() {
        assertEquals(7007, port(with("service.id", 5L, "component.name", "echo", "port", "http")));
        assertFalse(Settings.concern(Set.of("service.id", "tcp.port")));
        assertTrue(Settings.concern(Set.of("anyio.tcp.prot")));
    }

    @ParameterizedTest @CsvSource({"500ms,500", "30s,30000", "' 5 m ',300000", "2h,7200000", "PT1.5S,1500",
            "pt1m,60000", "250,250"}) @Proves("WB-08")
    void aDurationHasAUnitOrIsOfMilliseconds(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), one(with("anyio.tcp.idleTimeout", text)).limits().idleTimeout());
    }

    @Test @Proves("WB-08")
    void aNumberIsADurationAndBlankIsTheDefault() {
        EndpointSettings settings = one(with("anyio.tcp.idleTimeout", 250L, "anyio.tcp.closeTimeout", "",
                "anyio.tcp.grace", 0));
        assertEquals(Duration.ofMillis(250), settings.limits().idleTimeout());
        assertEquals(null, settings.limits().closeTimeout());
        assertEquals(Duration.ZERO, settings.grace());
        assertEquals(null, one(with("anyio.tcp.grace", " ")).grace());
    }

    static List<Arguments> wrong() {
        return List.of(
                Arguments.of("anyio.tcp.port", "http", "'http': give a whole number 0..65535"),
                Arguments.of("anyio.tcp.port", -1, "'-1': give"),
                Arguments.of("anyio.tcp.port", 65536L, "'65536': give"),
                Arguments.of("anyio.tcp.port", "99999999999999999999", "'99999999999999999999': give"),
                Arguments.of("anyio.tcp.port", 7007.0, "'7007.0': give"),
                Arguments.of("anyio.tcp.port", 7007.5f, "'7007.5': give"),
                Arguments.of("anyio.tcp.port", true, "'true': give"),
                Arguments.of("anyio.tcp.port", List.of(7007, "http"), "'[7007, http]': give"),
                Arguments.of("anyio.tcp.port", List.of(7007, ""), "'[7007, ]': give"),
                Arguments.of("anyio.tcp.host", 5, "'5': give an address, a name"),
                Arguments.of("anyio.tcp.backlog", 0, "'0': give a whole number 1.."),
                Arguments.of("anyio.tcp.backlog", "many", "'many': give"),
                Arguments.of("anyio.tcp.backlog", List.of(1, 2),
                        "'[1, 2]': give a whole number 1..2147483647, one only"),
                Arguments.of("anyio.tcp.reusePort", "ja", "'ja': give true or false"),
                Arguments.of("anyio.tcp.reusePort", 1, "'1': give true or false"),
                Arguments.of("anyio.tcp.reusePort", new boolean[]{true, false}, "'[true, false]': give"),
                Arguments.of("anyio.tcp.maxConnections", -1, "'-1': give a whole number 0.."),
                Arguments.of("anyio.tcp.idleTimeout", "0", "'0': give a duration such as 500ms, 30s"),
                Arguments.of("anyio.tcp.idleTimeout", "-PT1S", "'-PT1S': give a duration"),
                Arguments.of("anyio.tcp.idleTimeout", "5 parsecs", "'5 parsecs': give a duration"),
                Arguments.of("anyio.tcp.idleTimeout", 1.5, "'1.5': give a duration"),
                Arguments.of("anyio.tcp.idleTimeout", "999999999999999h", "'999999999999999h': give a duration"),
                Arguments.of("anyio.tcp.grace", -1, "'-1': give a duration"),
                Arguments.of("anyio.tcp.tls", 7, "'7': give the name of a TLS context"),
                Arguments.of("anyio.unix.path", "echo.sock", "'echo.sock': give an absolute path"),
                Arguments.of("anyio.unix.path", "/a\0b", "'/a\0b': give an absolute path"),
                Arguments.of("anyio.unix.permissions", "rw", "'rw': give permissions as ls shows them"));
    }

    @ParameterizedTest @MethodSource("wrong") @Proves("WB-10")
    void aValueThatIsNotUnderstoodIsAnErrorWithItsRemedy(String key, Object value, String message) {
        InvalidConfigurationException failure = failure(with("anyio.unix.path", "/a", key, value));
        assertTrue(failure.getMessage().startsWith("The property " + key + " is " + message), failure.getMessage());
        assertEquals(List.of(key), failure.keys());
    }

    @ParameterizedTest @CsvSource({"anyio.tcp.prot", "anyio.tcp.reuse.port", "ANYIO.tcp.hosts", "anyio.udp.backlog",
            "anyio.unix.port"}) @Proves("WB-09")
    void aKeyThatIsNotKnownIsAnErrorThatNamesThoseOfItsKind(String key) {
        InvalidConfigurationException failure = failure(with(key, 7007));
        String required = key.contains("unix") ? "anyio.unix.path, " : key.substring(0, 10).toLowerCase() + "port, ";
        assertTrue(failure.getMessage().startsWith("The property " + key + " is unknown: use " + required),
                failure.getMessage());
        assertEquals(List.of(key), failure.keys());
    }

    @ParameterizedTest @CsvSource({"anyio.tpc.port", "anyio.port"}) @Proves("WB-09")
    void aKeyOfNoKindIsAnErrorThatNamesTheKinds(String key) {
        assertEquals("The property " + key + " is unknown: use anyio.tcp.*, anyio.unix.*, anyio.udp.*",
                problem(with(key, 7007)));
        assertTrue(problem(Map.of(key, 7007)).contains(
                "; No property says where to listen: give anyio.tcp.port, anyio.unix.path or anyio.udp.port"));
    }

    @Test @Proves("WB-12")
    void allProblemsAreNamed() {
        InvalidConfigurationException failure = failure(Map.of("anyio.tcp.port", "http", "anyio.tcp.reusePort", "ja",
                "anyio.tcp.hots", "::1", "anyio.unix.backlog", 5));
        assertEquals(Set.of("anyio.tcp.port", "anyio.tcp.reusePort", "anyio.tcp.hots", "anyio.unix.path"),
                Set.copyOf(failure.keys()));
        for (String key : failure.keys()) {
            assertTrue(failure.getMessage().contains("The property " + key + " is "), failure.getMessage());
        }
    }

    // ---- contradictions

    @Test @Proves("WB-11")
    void whatContradictsItselfIsAnError() {
        assertTrue(problem(with("anyio.tcp.port", List.of(7, 8, 7))).contains("'[7, 8, 7]': give 7 once"));
        assertTrue(problem(with("anyio.tcp.host", List.of("::1", "", "::1"))).contains("give ::1 once"));
        for (List<String> hosts : List.of(List.of("::1", ""), List.of("::1", "0:0:0:0:0:0:0:1"))) {
            assertTrue(problem(with("anyio.tcp.host", hosts))
                    .contains("has all addresses beside others, or one twice: " + hosts));
        }
        assertTrue(problem(with("anyio.tcp.handshakeTimeout", "5s")).contains("has no meaning without anyio.tcp.tls"));
        assertEquals(Duration.ofSeconds(5),
                one(with("anyio.tcp.handshakeTimeout", "5s", "anyio.tcp.tls", "a")).limits().handshakeTimeout());
        assertTrue(problem(Map.of("anyio.tcp.backlog", 5)).contains("anyio.tcp.port is missing: give a whole number"));
        assertTrue(problem(Map.of("anyio.unix.backlog", 5)).contains("anyio.unix.path is missing"));
    }

    @Test @Proves("WB-11")
    void aKindNeedsItsHandler() {
        assertTrue(failure(Map.of("anyio.udp.port", 53), CONNECTIONS).getMessage()
                .contains("anyio.udp.* need a handler that is " + DATAGRAMS));
        assertTrue(failure(with(), DATAGRAMS).getMessage()
                .contains("anyio.tcp.* need a handler that is " + CONNECTIONS));
        assertEquals(2, all(with("anyio.udp.port", 53)).size());
    }

    // ---- several

    @Test @Proves("WB-14")
    void eachPortOnEachHostIsAnEndPoint() {
        assertEquals(List.of("tcp://127.0.0.1:7", "tcp://[::1]:7", "tcp://127.0.0.1:8", "tcp://[::1]:8", "unix:/a",
                "unix:/b", "udp://0.0.0.0:9"),
                all(Map.of("anyio.tcp.port", new int[]{7, 8}, "anyio.tcp.host", List.of("127.0.0.1", "::1"),
                        "anyio.unix.path", new String[]{"/a", "/x/../b"}, "anyio.udp.port", "9")).stream()
                        .map(settings -> settings.endpoint().toString()).toList());
    }

    @Test @Proves("WB-06")
    void toolsMayGiveTheUsualValuesOfAllKinds() {
        assertEquals("[unix:/a]", all(Map.of("anyio.unix.path", "/a", "anyio.tcp.port", new String[0],
                "anyio.tcp.host", "", "anyio.tcp.backlog", 65536, "anyio.tcp.peerLeft", false, "anyio.tcp.tls", "",
                "anyio.udp.reusePort", false)).stream().map(EndpointSettings::endpoint).toList().toString());
    }

    @Test @Proves("WB-16")
    void aPathHasPermissions() {
        Socket socket = one(Map.of("anyio.unix.path", "/a", "anyio.unix.permissions", "rw-rw----",
                "anyio.unix.deleteAtClose", true, "anyio.unix.loops", "4")).socket();
        assertEquals(new Socket(new Endpoint(ListenerKind.UNIX, "/a", -1), 65536, false,
                PosixFilePermissions.fromString("rw-rw----"), true, 4), socket);
    }

    @ParameterizedTest @CsvSource({"7,'',false,7,'',false,true", "7,'',false,8,'',false,false",
            "0,'',false,0,'',false,false", "7,::1,false,7,::1,false,true",
            "7,::1,false,7,127.0.0.1,false,false", "7,'',false,7,::1,false,true", "7,::1,false,7,'',true,true",
            "7,'',true,7,'',true,false",
            "7,::,false,7,127.0.0.1,false,true", "7,::,false,7,::1,false,true", "7,::,false,7,'',false,true",
            "7,0.0.0.0,false,7,127.0.0.1,false,true", "7,0.0.0.0,false,7,::1,false,false",
            "7,0.0.0.0,false,7,::,false,true", "7,0.0.0.0,false,7,localhost,false,true",
            "7,::0,false,7,0:0:0:0:0:0:0:0,false,true", "7,::ffff:127.0.0.1,false,7,127.0.0.1,false,true",
            "7,LOCALHOST,false,7,localhost,true,true"})
    void onlyOneOfTwoGetsAPort(int port, String host, boolean reuse, int otherPort, String otherHost,
            boolean otherReuse, boolean excludes) {
        EndpointSettings one = one(with("anyio.tcp.port", port, "anyio.tcp.host", host, "anyio.tcp.reusePort", reuse));
        EndpointSettings other = one(
                with("anyio.tcp.port", otherPort, "anyio.tcp.host", otherHost, "anyio.tcp.reusePort", otherReuse));
        assertEquals(excludes, one.excludes(other));
        assertEquals(excludes, other.excludes(one));
        assertFalse(one.excludes(one(Map.of("anyio.udp.port", port))));
    }

    @ParameterizedTest @CsvSource({"'',::1,false", "'',127.0.0.1,true", "'',0.0.0.0,true", "'',::,true", "::,::1,true",
            "::,127.0.0.1,true", "0.0.0.0,::1,false"})
    void allAddressesOfDatagramsAreThoseOfIpv4(String host, String other, boolean excludes) {
        Endpoint one = new Endpoint(ListenerKind.UDP, host, 7);
        assertEquals(excludes, one.excludes(new Endpoint(ListenerKind.UDP, other, 7)));
        assertEquals(excludes, new Endpoint(ListenerKind.UDP, other, 7).excludes(one));
        Map<String, Object> both = Map.of("anyio.udp.port", 7, "anyio.udp.host", List.of(host, other));
        if (excludes) {
            assertTrue(problem(both).contains("has all addresses beside"));
        } else {
            assertEquals(2, all(both).size());
        }
    }
}
