package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.tls.TlsOptions;
import io.anyio.testing.AnyioTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot succeed is refused where it is chosen, and not by a handshake. */
class TlsOptionsTest {
    private static SSLContext context;

    @BeforeAll
    static void makeContext() throws Exception {
        context = SSLContext.getDefault();
    }

    private static String refused(UnaryOperator<TlsOptions> options) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> options.apply(TlsOptions.DEFAULT)).getMessage());
    }

    @ParameterizedTest @ValueSource(
            strings = {"a b", " ", "a..b", ".", "..", ".a", "a\nb", "a\u0000", "a/b", "https://a", "a:443",
                    "a:b:c:d:e:f:g:h:i", "[::1]:443",
                    "user@a", "*.a", "a,b", "a\u2028b.de", "\u00AD", "\u3002", "\u200B", "a.\u00AD.b",
                    "a123456789b123456789c123456789d123456789e123456789f123456789g123.de"})
    void aNameThatNoCertificateHasIsRefused(String name) {
        refused(o -> o.hostname(name));
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        String label = "a".repeat(63);
        String longest = label + "." + label + "." + label + "." + "a".repeat(61);
        assertEquals(longest, TlsOptions.DEFAULT.hostname(longest).hostname());
        assertTrue(refused(o -> o.hostname(longest + "a")).contains("254 characters"));
        refused(o -> o.hostname("\u00fc".repeat(80) + ".de"));
    }

    @ParameterizedTest @ValueSource(strings = {"", "a", "a.", "localhost", "a-b.c_d.example", "127.0.0.1", "::1",
            "fe80::1%eth0", "Fa\u00df.de", "xn--fa-hia.de", "1.2.3"})
    void aNameThatACertificateMayHaveIsTaken(String name) {
        assertEquals(name, TlsOptions.DEFAULT.hostname(name).hostname());
    }

    @Test
    void applicationProtocolsHaveOneTo255Bytes() {
        assertEquals(1, TlsOptions.DEFAULT.alpnProtocols(List.of("a".repeat(255))).alpnProtocols().size());
        refused(o -> o.alpnProtocols(List.of("h2", "")));
        refused(o -> o.alpnProtocols(List.of("a".repeat(256))));
        refused(o -> o.alpnProtocols(List.of("\u20ac")));
        refused(o -> o.alpnProtocols(Collections.singletonList(null)));
        refused(o -> o.alpnProtocols(Collections.nCopies(300, "a".repeat(255))));
    }

    @Test
    void handshakesNeedTime() {
        for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            refused(o -> o.handshakeTimeout(none));
            assertThrows(IllegalArgumentException.class, () -> TlsListenerOptions.DEFAULT.handshakeTimeout(none));
        }
        assertEquals(Duration.ofSeconds(3),
                TlsListenerOptions.DEFAULT.handshakeTimeout(Duration.ofSeconds(3)).session().handshakeTimeout());
        assertEquals(Duration.ofSeconds(4),
                TlsListenerOptions.DEFAULT.session(o -> o.handshakeTimeout(Duration.ofSeconds(4))).handshakeTimeout());
    }

    @SuppressWarnings("NullAway") // that is what is tested
    @Test
    void nullsAreNamed() {
        List<UnaryOperator<TlsOptions>> nulls = List.of(o -> o.hostname(null), o -> o.alpnProtocols(null),
                o -> o.clientCertificate(null), o -> o.parameters(null), o -> o.context(null),
                o -> o.contextSource(null), o -> o.handshakeTimeout(null));
        for (UnaryOperator<TlsOptions> each : nulls) {
            NullPointerException error = assertThrows(NullPointerException.class, () -> each.apply(TlsOptions.DEFAULT));
            assertTrue(String.valueOf(error.getMessage()).startsWith("TlsOptions."), error.getMessage());
        }
        assertThrows(NullPointerException.class, () -> TlsListenerOptions.DEFAULT.session(_ -> null));
    }

    @AnyioTest
    void parametersThatDoNotFitTheContextAreRefusedBeforeAnythingIsSent() throws Exception {
        List<Consumer<SSLParameters>> bad = List.of(p -> p.setProtocols(new String[]{"TLSv9"}),
                p -> p.setCipherSuites(new String[]{"TLS_WITH_ROT13"}));
        for (Consumer<SSLParameters> each : bad) {
            try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16)) {
                Tls tls = AnyIO.service(Tls.class);
                IllegalArgumentException error = assertThrows(IllegalArgumentException.class,
                        () -> tls.wrap(memory.first(), o -> o.hostname("localhost").context(context).parameters(each)));
                assertTrue(String.valueOf(error.getMessage()).contains("TlsOptions.parameters"), error.getMessage());
                memory.first().sendEof();
                assertEquals(-1, memory.second().receive(ByteBuffer.allocate(1)), "nothing was sent");
            }
        }
    }
}
