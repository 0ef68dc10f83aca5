package io.anyio.net.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;

/** What service properties say, in the types in which they come. */
class TcpSettingsTest {

    private static TcpSettings settings(Map<String, Object> properties) {
        return TcpSettings.of(
                (ServiceReference<?>) Proxy.newProxyInstance(TcpSettingsTest.class.getClassLoader(), new Class<?>[]{ServiceReference.class},
                        (_, method, arguments) -> method.getName().equals("getProperty") ? properties.get(arguments[0]) : null));
    }

    @Test
    void anAnnotationGivesTypes() {
        assertEquals(new TcpSettings(7007, "::1", 5, true),
                settings(Map.of("anyio.tcp.port", 7007, "anyio.tcp.host", "::1", "anyio.tcp.backlog", 5, "anyio.tcp.reusePort", true)));
    }

    @Test
    void aConfigurationGivesText() {
        assertEquals(new TcpSettings(7007, "localhost", 5, true), settings(
                Map.of("anyio.tcp.port", " 7007 ", "anyio.tcp.host", "localhost", "anyio.tcp.backlog", "5", "anyio.tcp.reusePort",
                        "true")));
    }

    @Test
    void aConfigurationMayGiveArraysAndCollectionsOfOne() {
        assertEquals(new TcpSettings(7007, "", 65536, false),
                settings(Map.of("anyio.tcp.port", new String[]{"7007"}, "anyio.tcp.host", List.of())));
        assertEquals(7008, settings(Map.of("anyio.tcp.port", new int[]{7008})).port());
    }

    @Test
    void whatIsNoNumberIsNamed() {
        assertEquals("The service property anyio.tcp.port is 'http', which is no whole number",
                assertThrows(IllegalArgumentException.class, () -> settings(Map.of("anyio.tcp.port", "http"))).getMessage());
    }

    @Test
    void theOptionsFollowTheSettings() {
        assertEquals("::1", new TcpSettings(1, "::1", 5, true).options().host());
        assertThrows(IllegalArgumentException.class, () -> new TcpSettings(1, "", 0, false).options());
    }
}
