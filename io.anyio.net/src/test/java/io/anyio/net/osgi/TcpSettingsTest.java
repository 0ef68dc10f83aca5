package io.anyio.net.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.ServiceReference;

/** The properties of services, in all types in which they come, and unknown keys. */
class TcpSettingsTest {

    private static ServiceReference<?> service(Map<String, Object> properties) {
        Map<String, Object> ignoringCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        ignoringCase.putAll(properties);
        return (ServiceReference<?>) Proxy.newProxyInstance(TcpSettingsTest.class.getClassLoader(),
                new Class<?>[]{ServiceReference.class}, (_, method, arguments) -> switch (method.getName()) {
                    case "getProperty" -> ignoringCase.get(arguments[0]);
                    case "getPropertyKeys" -> ignoringCase.keySet().toArray(String[]::new);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static TcpSettings settings(Map<String, Object> properties) {
        return TcpSettings.of(service(properties));
    }

    private static String problem(Map<String, Object> properties) {
        return assertThrows(IllegalArgumentException.class, () -> settings(properties)).getMessage();
    }

    @Test
    void anAnnotationGivesTypes() {
        assertEquals(new TcpSettings(7007, "::1", 5, true),
                settings(Map.of("anyio.tcp.port", 7007, "anyio.tcp.host", "::1", "anyio.tcp.backlog", 5,
                        "anyio.tcp.reusePort", true)));
    }

    @Test
    void aConfigurationGivesText() {
        assertEquals(new TcpSettings(7007, "localhost", 5, true), settings(
                Map.of("anyio.tcp.port", " 7007 ", "anyio.tcp.host", " localhost ", "anyio.tcp.backlog", "5",
                        "anyio.tcp.reusePort", "True")));
    }

    @Test
    void aConfigurationMayGiveArraysAndCollectionsOfOne() {
        assertEquals(new TcpSettings(7007, "::1", 65536, false),
                settings(Map.of("anyio.tcp.port", new String[]{"7007"}, "anyio.tcp.host", List.of("::1"))));
        assertEquals(7008, settings(Map.of("anyio.tcp.port", new int[]{7008})).port());
    }

    @Test
    void keysDoNotDependOnCase() {
        assertEquals(7007, settings(Map.of("Anyio.TCP.Port", 7007)).port());
    }

    @Test
    void whatIsOfOthersIsIgnored() {
        assertEquals(7007,
                settings(Map.of("anyio.tcp.port", 7007, "service.id", 5L, "component.name", "echo", "port", "http"))
                        .port());
        assertFalse(TcpSettings.concern(service(Map.of("service.id", 5L, "tcp.port", 7007))));
        assertTrue(TcpSettings.concern(service(Map.of("anyio.tcp.prot", 7007))));
    }

    static List<Arguments> wrong() {
        return List.of(
                Arguments.of("anyio.tcp.port", "http", "'http': give a whole number 0..65535"),
                Arguments.of("anyio.tcp.port", "", "'': give"),
                Arguments.of("anyio.tcp.port", -1, "'-1': give"),
                Arguments.of("anyio.tcp.port", 65536L, "'65536': give"),
                Arguments.of("anyio.tcp.port", "99999999999999999999", "'99999999999999999999': give"),
                Arguments.of("anyio.tcp.port", 7007.0, "'7007.0': give"),
                Arguments.of("anyio.tcp.port", 7007.5f, "'7007.5': give"),
                Arguments.of("anyio.tcp.port", true, "'true': give"),
                Arguments.of("anyio.tcp.port", List.of(7007, 7008),
                        "'[7007, 7008]': give a whole number 0..65535, one only"),
                Arguments.of("anyio.tcp.port", new int[]{7007, 7008}, "'[7007, 7008]': give"),
                Arguments.of("anyio.tcp.port", List.of(), "'[]': give a whole number 0..65535, one only"),
                Arguments.of("anyio.tcp.port", new int[0], "'[]': give"),
                Arguments.of("anyio.tcp.host", List.of("::1", "127.0.0.1"), "'[::1, 127.0.0.1]': give"),
                Arguments.of("anyio.tcp.host", 5, "'5': give an address, a name"),
                Arguments.of("anyio.tcp.backlog", 0, "'0': give a whole number 1.."),
                Arguments.of("anyio.tcp.backlog", "many", "'many': give"),
                Arguments.of("anyio.tcp.reusePort", "ja", "'ja': give true or false"),
                Arguments.of("anyio.tcp.reusePort", 1, "'1': give true or false"),
                Arguments.of("anyio.tcp.reusePort", "", "'': give true or false"),
                Arguments.of("anyio.tcp.reusePort", new boolean[]{true, false}, "'[true, false]': give"));
    }

    @ParameterizedTest @MethodSource("wrong")
    void aValueThatIsNotUnderstoodIsAnErrorWithItsRemedy(String key, Object value, String message) {
        Map<String, Object> properties = new HashMap<>(Map.of("anyio.tcp.port", 7007));
        properties.put(key, value);
        assertTrue(problem(properties).startsWith("The service property " + key + " is " + message),
                problem(properties));
    }

    @ParameterizedTest @CsvSource({"anyio.tcp.prot", "anyio.tcp.reuse.port", "anyio.tcp.ports", "ANYIO.tcp.hosts",
            "anyio.tpc.port", "anyio.port", "anyio.udp.port"})
    void aKeyThatIsNotKnownIsAnError(String key) {
        assertEquals(
                "The service property " + key
                        + " is unknown: use anyio.tcp.port, anyio.tcp.host, anyio.tcp.backlog, anyio.tcp.reusePort",
                problem(Map.of("anyio.tcp.port", 7007, key, 7007)));
        assertTrue(problem(Map.of(key, 7007)).contains("; The service property anyio.tcp.port is missing"));
    }

    @Test
    void allProblemsAreNamed() {
        assertEquals("The service property anyio.tcp.port is 'http': give a whole number 0..65535; "
                + "The service property anyio.tcp.reusePort is 'ja': give true or false",
                problem(Map.of("anyio.tcp.port", "http", "anyio.tcp.reusePort", "ja")));
    }

    @Test
    void theOptionsFollowTheSettings() {
        assertEquals("::1", new TcpSettings(1, "::1", 5, true).options().host());
        assertThrows(IllegalArgumentException.class, () -> new TcpSettings(1, "", 0, false).options());
    }

    @ParameterizedTest @CsvSource({"7,'',false,7,'',false,true", "7,'',false,8,'',false,false",
            "0,'',false,0,'',false,false", "7,::1,false,7,::1,false,true",
            "7,::1,false,7,127.0.0.1,false,false", "7,'',false,7,::1,false,true", "7,::1,false,7,'',true,true",
            "7,'',true,7,'',true,false",
            "7,LOCALHOST,false,7,localhost,true,true"})
    void onlyOneOfTwoGetsAPort(int port, String host, boolean reuse, int otherPort, String otherHost,
            boolean otherReuse, boolean excludes) {
        TcpSettings one = new TcpSettings(port, host, 5, reuse);
        TcpSettings other = new TcpSettings(otherPort, otherHost, 5, otherReuse);
        assertEquals(excludes, one.excludes(other));
        assertEquals(excludes, other.excludes(one));
    }
}
