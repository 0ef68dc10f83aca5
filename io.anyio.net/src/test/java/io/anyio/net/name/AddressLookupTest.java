package io.anyio.net.name;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.AddressInfo;
import io.anyio.api.net.AddressInfoOptions;
import io.anyio.api.net.NameInfo;
import io.anyio.api.net.Network;
import io.anyio.api.net.SocketType;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.OwnedNetwork;
import io.anyio.net.Plain;
import io.anyio.proof.ChildJvm;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.net.UnknownServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What is known of hosts and addresses. */
class AddressLookupTest {
    @TempDir
    Path directory;

    private final NameLookup names = Plain
            .lookup(Map.of("dual", List.of("::1", "127.0.0.1"), "four", List.of("127.0.0.2")));
    private AddressLookup lookup;

    @BeforeEach
    void writeServices() throws IOException {
        Path services = directory.resolve("services");
        Files.writeString(services, """
                # comment
                http\t80/tcp www  # WorldWideWeb
                domain 53/tcp
                domain 53/udp
                syslog 514/udp
                odd 7/sctp
                broken line/x/y
                large 65536/tcp
                larger 99999/udp
                largest 65535/tcp
                """);
        lookup = new AddressLookup(names, new ServiceNames(services, new BlockingLookups()));
    }

    /** The list belongs to the machine, and not to us. */
    @AnyioTest
    void aPortThatCannotBeIsNoService() throws Exception {
        assertThrows(UnknownServiceException.class, () -> lookup.of("four", "large", AddressInfoOptions.DEFAULT));
        assertThrows(UnknownServiceException.class, () -> lookup.of("four", "larger", AddressInfoOptions.DEFAULT));
        assertEquals(65535,
                lookup.of("four", "largest", AddressInfoOptions.DEFAULT).getFirst().address().getPort());
    }

    private static List<String> texts(List<AddressInfo> found) {
        return found.stream().map(info -> info.family() + " " + info.type() + " "
                + info.address().getAddress().getHostAddress() + " " + info.address().getPort()).toList();
    }

    @AnyioTest @Proves({"GA-01", "GA-02"})
    void eachAnswerIsOneWayToTheHost() throws Exception {
        List<AddressInfo> found = Plain.network(Map.of("dual", List.of("::1", "127.0.0.1"))).getAddrInfo("dual", 80);
        InetSocketAddress six = new InetSocketAddress(InetAddress.ofLiteral("::1"), 80);
        InetSocketAddress four = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 80);
        assertEquals(List.of(new AddressInfo(AddressFamily.IPV6, SocketType.STREAM, "", six),
                new AddressInfo(AddressFamily.IPV6, SocketType.DATAGRAM, "", six),
                new AddressInfo(AddressFamily.IPV4, SocketType.STREAM, "", four),
                new AddressInfo(AddressFamily.IPV4, SocketType.DATAGRAM, "", four)), found);
        assertEquals(List.of(6, 17, 6, 17), found.stream().map(info -> info.type().protocol()).toList());
    }

    @AnyioTest @Proves("GA-03")
    void aZoneStaysWithItsAddress() throws Exception {
        AddressInfo found = AnyIO.service(Network.class).getAddrInfo("fe80::1%1", 0).getFirst();
        Inet6Address address = (Inet6Address) found.address().getAddress();
        assertEquals(1, address.getScopeId());
        assertEquals("fe80:0:0:0:0:0:0:1%1", address.getHostAddress());
    }

    @AnyioTest @Proves("GA-07")
    void noHostIsThisMachine() throws Exception {
        AddressInfoOptions streams = AddressInfoOptions.DEFAULT.type(SocketType.STREAM);
        assertEquals(List.of("IPV6 STREAM 0:0:0:0:0:0:0:1 80", "IPV4 STREAM 127.0.0.1 80"),
                texts(lookup.of("", 80, streams)));
        assertEquals(List.of("IPV6 STREAM 0:0:0:0:0:0:0:0 80", "IPV4 STREAM 0.0.0.0 80"),
                texts(lookup.of("", 80, streams.passive(true))));
        assertEquals(List.of("IPV4 STREAM 127.0.0.1 80"), texts(lookup.of("", 80, streams.family(AddressFamily.IPV4))));
    }

    /** The type of a socket and its protocol are one thing in Java. */
    @AnyioTest @Proves("GA-08")
    void familyTypeAndFlagsLimitTheAnswers() throws Exception {
        AddressInfoOptions all = AddressInfoOptions.DEFAULT;
        assertEquals(List.of("IPV4 STREAM 127.0.0.1 7", "IPV4 DATAGRAM 127.0.0.1 7"),
                texts(lookup.of("dual", 7, all.family(AddressFamily.IPV4))));
        assertEquals(List.of("IPV6 DATAGRAM 0:0:0:0:0:0:0:1 7", "IPV4 DATAGRAM 127.0.0.1 7"),
                texts(lookup.of("dual", 7, all.type(SocketType.DATAGRAM))));
        assertThrows(UnknownHostException.class, () -> lookup.of("four", 7, all.family(AddressFamily.IPV6)));
        assertEquals("'dual' is no address, and a name was not to be looked up",
                assertThrows(UnknownHostException.class, () -> lookup.of("dual", 7, all.numericHost(true)))
                        .getMessage());
        assertEquals(2, lookup.of("127.0.0.1", 7, all.numericHost(true)).size());
        NameLookup canonical = new NameLookup(new NameLookup.Resolver() {
            @Override
            public List<InetAddress> addressesOf(String name) {
                return List.of(InetAddress.ofLiteral("192.0.2.1"));
            }

            @Override
            public String nameOf(InetAddress address) {
                return "host.example";
            }
        });
        assertEquals("host.example",
                new AddressLookup(canonical).of("alias", 7, all.canonicalName(true)).getFirst().canonicalName());
        assertThrows(IllegalArgumentException.class, () -> all.family(AddressFamily.UNIX));
    }

    @AnyioTest @Proves("GA-09")
    void thePortIsANumberAServiceOrNone() throws Exception {
        AddressInfoOptions all = AddressInfoOptions.DEFAULT;
        Network network = Plain.network(Map.of("four", List.of("127.0.0.2")));
        assertEquals(List.of("IPV4 STREAM 127.0.0.2 8080", "IPV4 DATAGRAM 127.0.0.2 8080"),
                texts(network.getAddrInfo("four", 8080)));
        assertEquals(List.of("IPV4 STREAM 127.0.0.2 0", "IPV4 DATAGRAM 127.0.0.2 0"),
                texts(network.getAddrInfo("four", 0)));
        assertThrows(IllegalArgumentException.class, () -> network.getAddrInfo("four", 65536));
        assertEquals(List.of("IPV4 STREAM 127.0.0.2 80"), texts(lookup.of("four", "http", all)));
        assertEquals(List.of("IPV4 STREAM 127.0.0.2 80"), texts(lookup.of("four", "www", all)));
        assertEquals(List.of("IPV4 STREAM 127.0.0.2 53", "IPV4 DATAGRAM 127.0.0.2 53"),
                texts(lookup.of("four", "domain", all)));
        assertEquals(List.of("IPV4 DATAGRAM 127.0.0.2 514"), texts(lookup.of("four", "syslog", all)));
        for (String unknown : new String[]{"odd", "broken", "#", "comment"}) {
            UnknownServiceException e = assertThrows(UnknownServiceException.class,
                    () -> lookup.of("four", unknown, all));
            assertTrue(e.getMessage().startsWith("The service '" + unknown + "' is unknown: "), e.getMessage());
        }
        assertThrows(UnknownServiceException.class, () -> lookup.of("four", "syslog", all.type(SocketType.STREAM)));
        AddressLookup bare = new AddressLookup(names,
                new ServiceNames(directory.resolve("none"), new BlockingLookups()));
        assertThrows(UnknownServiceException.class, () -> bare.of("four", "http", all));
    }

    @AnyioTest @Proves("GA-09")
    void theServicesAreThoseOfTheSystem() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/etc/services")), "this system has no list of services");
        Network network = Plain.network(Map.of("four", List.of("127.0.0.2")));
        assertEquals(List.of("IPV4 STREAM 127.0.0.2 80"),
                texts(network.getAddrInfo("four", "http", o -> o.type(SocketType.STREAM))));
        assertThrows(UnknownServiceException.class, () -> network.getAddrInfo("four", "no such service", o -> o));
    }

    @AnyioTest @Proves("GA-10")
    void anUnknownNameIsTheResolversError() {
        Network network = new OwnedNetwork(Plain.owner(), new NameLookup(new SystemResolver(name -> {
            throw new UnknownHostException(name + ": Name or service not known");
        })));
        assertEquals("nowhere: Name or service not known",
                assertThrows(UnknownHostException.class, () -> network.getAddrInfo("nowhere", 80)).getMessage());
    }

    /** Run in a JVM without IPv6. */
    static final class WithoutIpv6 {
        public static void main(String[] args) throws IOException {
            AnyIO.run(() -> {
                Network network = AnyIO.service(Network.class);
                System.out.println(texts(network.getAddrInfo("", 80, o -> o.type(SocketType.STREAM))));
                System.out.println(network.getAddrInfo("localhost", 80).stream()
                        .allMatch(info -> info.family() == AddressFamily.IPV4));
                System.out.println(network.getAddrInfo("", 80, o -> o.family(AddressFamily.IPV6)));
            }, o -> o.backend(args[0]));
        }
    }

    @AnyioTest @Proves("GA-11")
    void withoutIpv6ThereAreNoAddressesOfIt() throws Exception {
        AnyIO.runInWorkerThread(
                () -> ChildJvm.of(WithoutIpv6.class, ChildJvm.CARRIER, "-Djava.net.preferIPv4Stack=true")
                        .run("pool"))
                .says("[IPV4 STREAM 127.0.0.1 80]\ntrue\n")
                .says("This machine has no address of the family IPV6");
    }

    @AnyioTest @Proves("GA-12")
    void anAddressHasANameAndAService() throws Exception {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        assertEquals(new NameInfo("127.0.0.1", "http"), lookup.nameOf(new InetSocketAddress(loopback, 80)));
        assertEquals(new NameInfo("127.0.0.1", "514"), lookup.nameOf(new InetSocketAddress(loopback, 514)));
        NameInfo real = AnyIO.service(Network.class).getNameInfo(new InetSocketAddress(loopback, 80));
        assertEquals("localhost", real.host());
        String service = Files.exists(Path.of("/etc/services")) ? "http" : "80";
        assertEquals(service, real.service());
        assertThrows(IllegalArgumentException.class,
                () -> AnyIO.service(Network.class).getNameInfo(InetSocketAddress.createUnresolved("four", 80)));
    }

    @AnyioTest @Proves("GA-14")
    void aCancelledLookupIsNotBegunOrNotWaitedFor(TaskGroup<?> group) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch answer = new CountDownLatch(1);
        Network network = new OwnedNetwork(Plain.owner(), new NameLookup(new SystemResolver(name -> {
            asked.incrementAndGet();
            try {
                answer.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            return new InetAddress[]{InetAddress.ofLiteral("127.0.0.1")};
        })));
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        scope.run(() -> {
            assertThrows(CancelledError.class, () -> network.getAddrInfo("slow", 80));
            assertThrows(CancelledError.class,
                    () -> network.getNameInfo(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 80)));
        });
        assertEquals(0, asked.get());
        TaskHandle<?> looking = group.spawn("look up", () -> network.getAddrInfo("slow", 80));
        while (asked.get() == 0) {
            AnyIO.sleep(Duration.ofMillis(1));
        }
        assertFalse(looking.status() != TaskHandle.Status.PENDING);
        looking.cancel();
        looking.awaitEnd();
        assertEquals(TaskHandle.Status.CANCELLED, looking.status());
        answer.countDown();
    }
}
