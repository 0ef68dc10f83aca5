package io.anyio.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.attribute.TypedAttributeLookupException;
import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ForwardingByteStream;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsAttribute;
import io.anyio.api.tls.TlsCipher;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.tls.TlsStream;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The attributes of a wrapper and of its transport. */
class TlsAttributesTest {
    private static final TypedAttribute<String> WIRE = TypedAttribute.of(String.class, "wire");
    private static SSLContext context;

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        context = TestKeys.make(folder).context("TLS");
    }

    /** A transport with attributes, of which one is also TLS's. */
    private static final class Wire extends ForwardingByteStream {
        private final Map<TypedAttribute<?>, Supplier<?>> attributes;

        Wire(ByteStream stream, Map<TypedAttribute<?>, Supplier<?>> attributes) {
            super(stream);
            this.attributes = attributes;
        }

        Wire(ByteStream stream) {
            this(stream, Map.of(WIRE, () -> "memory", TlsAttribute.TLS_VERSION, () -> "none"));
        }

        @Override
        public Map<TypedAttribute<?>, Supplier<?>> attributes() {
            return attributes;
        }
    }

    @AnyioTest
    void whatASessionLacksIsNotThatOfTheOneBelow() throws IOException {
        Map<TypedAttribute<?>, Supplier<?>> below = Map.of(TlsAttribute.ALPN_PROTOCOL, () -> "inner",
                TlsAttribute.SHARED_CIPHERS, List::of);
        Session.with(context, o -> o, o -> o, stream -> new Wire(stream, below), session -> {
            assertNull(session.client().attribute(TlsAttribute.ALPN_PROTOCOL, null));
            assertNull(session.client().attribute(TlsAttribute.SHARED_CIPHERS, null));
        });
    }

    @AnyioTest @Proves({"TA-07", "TA-08", "TA-09"})
    void aWrapperTellsWhatItWrapsAtAnyDepthAndItsOwnValueWins() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        try (MemoryByteStreams memory = AnyIO.createMemoryByteStreams(1 << 16)) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                TaskHandle<TlsStream> other = group.spawn("other side", () -> {
                    TlsStream inner = tls.wrap(memory.second(), o -> o.context(context));
                    return tls.wrap(inner, o -> o.context(context).hostname("localhost"));
                });
                TlsStream inner = tls.wrap(new Wire(memory.first()), o -> o.context(context).hostname("localhost"));
                assertEquals("memory", inner.attribute(WIRE));
                assertTrue(inner.attribute(TlsAttribute.TLS_VERSION).startsWith("TLSv"));
                assertFalse(inner.attribute(TlsAttribute.SERVER_SIDE));

                TlsStream outer = tls.wrap(inner, o -> o.context(context));
                other.await();
                Set<TypedAttribute<?>> ofInner = new HashSet<>(inner.attributes().keySet());
                assertTrue(
                        ofInner.removeAll(Set.of(TlsAttribute.PEER_CERTIFICATE, TlsAttribute.PEER_CERTIFICATE_BINARY)));
                assertTrue(outer.attributes().keySet().containsAll(ofInner));
                assertNull(outer.attribute(TlsAttribute.PEER_CERTIFICATE, null), "its other side has sent none");
                assertEquals("memory", outer.attribute(WIRE));
                assertTrue(outer.attribute(TlsAttribute.SERVER_SIDE));
            });
        }
    }

    @AnyioTest @Proves({"TLS-14", "TLS-15", "TLS-13"})
    void eachSideTellsOfTheSession() throws Exception {
        Session.with(context, o -> o, o -> o.standardCompatible(false), session -> {
            TlsStream client = session.client();
            TlsStream server = session.server();
            for (TlsStream side : List.of(client, server)) {
                assertEquals("TLSv1.3", side.attribute(TlsAttribute.TLS_VERSION));
                TlsCipher cipher = side.attribute(TlsAttribute.CIPHER);
                assertEquals(new TlsCipher(cipher.name(), "TLSv1.3", cipher.name().contains("_128_") ? 128 : 256),
                        cipher);
                assertTrue(side.attribute(TlsAttribute.SSL_ENGINE).getSession().isValid());
                assertNull(side.attribute(TlsAttribute.ALPN_PROTOCOL, null));
                assertThrows(TypedAttributeLookupException.class, () -> side.attribute(TlsAttribute.ALPN_PROTOCOL));
            }
            assertFalse(client.attribute(TlsAttribute.SERVER_SIDE));
            assertTrue(server.attribute(TlsAttribute.SERVER_SIDE));
            assertTrue(client.attribute(TlsAttribute.STANDARD_COMPATIBLE));
            assertFalse(server.attribute(TlsAttribute.STANDARD_COMPATIBLE));

            X509Certificate certificate = client.attribute(TlsAttribute.PEER_CERTIFICATE);
            assertEquals("CN=localhost", certificate.getSubjectX500Principal().getName());
            byte[] binary = client.attribute(TlsAttribute.PEER_CERTIFICATE_BINARY);
            assertEquals(certificate, parse(binary));
            assertNull(server.attribute(TlsAttribute.PEER_CERTIFICATE, null));
            assertNull(server.attribute(TlsAttribute.PEER_CERTIFICATE_BINARY, null));

            List<TlsCipher> shared = server.attribute(TlsAttribute.SHARED_CIPHERS);
            assertTrue(shared.contains(server.attribute(TlsAttribute.CIPHER)), shared.toString());
            List<String> enabled = new ArrayList<>(
                    List.of(client.attribute(TlsAttribute.SSL_ENGINE).getEnabledCipherSuites()));
            enabled.remove("TLS_EMPTY_RENEGOTIATION_INFO_SCSV"); // a signal and no cipher
            assertEquals(enabled, shared.stream().map(TlsCipher::name).toList());
            assertNull(client.attribute(TlsAttribute.SHARED_CIPHERS, null));
        });
    }

    private static Certificate parse(byte[] binary) {
        try {
            return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(binary));
        } catch (CertificateException e) {
            throw new AssertionError(e);
        }
    }

    @AnyioTest @Proves("TLS-14")
    void onlyCiphersOfBothSidesAreShared() throws IOException {
        String both = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
        Session.with(context,
                o -> o.parameters(p -> p.setCipherSuites(new String[]{both, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"})),
                o -> o.parameters(p -> p.setCipherSuites(new String[]{"TLS_AES_128_GCM_SHA256", both, both})),
                session -> {
                    assertEquals(List.of(new TlsCipher(both, "TLSv1.2", 128)),
                            session.server().attribute(TlsAttribute.SHARED_CIPHERS));
                });
    }

    @AnyioTest @Proves({"TLS-16", "TLS-14"})
    void theChannelBindingOfTls13IsTheSameOnBothSidesAndThatOfOlderVersionsSaysWhatToUse() throws IOException {
        UnaryOperator<TlsOptions> old = o -> o.parameters(p -> p.setProtocols(new String[]{"TLSv1.2"}));
        for (UnaryOperator<TlsOptions> version : List.<UnaryOperator<TlsOptions>>of(o -> o, old)) {
            Session.with(context, version, o -> o, session -> {
                byte[] binding = session.client().attribute(TlsAttribute.CHANNEL_BINDING_TLS_EXPORTER);
                assertEquals(32, binding.length);
                assertArrayEquals(binding, session.server().attribute(TlsAttribute.CHANNEL_BINDING_TLS_EXPORTER));
                UnsupportedOperationException error = assertThrows(UnsupportedOperationException.class,
                        () -> session.client().attribute(TlsAttribute.CHANNEL_BINDING_TLS_UNIQUE));
                assertTrue(error.getMessage().contains("CHANNEL_BINDING_TLS_EXPORTER"), error.getMessage());
            });
        }
    }

    @AnyioTest @Proves("TLS-17")
    void allThatTheSocketTellsIsSeenThroughTls() throws IOException {
        Tls tls = AnyIO.service(Tls.class);
        try (SocketListener listener = AnyIO.service(Listeners.class).tcp(0, o -> o.host("127.0.0.1"))) {
            AnyIO.createTaskGroup(IOException.class).run(group -> {
                TaskHandle<TlsStream> server = group.spawn("server",
                        () -> tls.wrap(listener.accept(), o -> o.context(context).standardCompatible(false)));
                SocketStream socket = AnyIO.service(Network.class).connectTcp("127.0.0.1", listener.localPort());
                try (TlsStream stream = tls.wrap(socket,
                        o -> o.context(context).hostname("localhost").standardCompatible(false))) {
                    assertEquals(6, socket.attributes().size());
                    socket.attributes()
                            .forEach((key, value) -> assertEquals(value.get(), stream.attribute(key), key.toString()));
                }
                server.await().close();
            });
        }
    }
}
