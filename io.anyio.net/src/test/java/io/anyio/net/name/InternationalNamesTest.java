package io.anyio.net.name;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.net.Network;
import io.anyio.net.OwnedNetwork;
import io.anyio.net.Plain;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Names beyond ASCII: what DNS is asked for. */
class InternationalNamesTest {

    @AnyioTest @Proves({"GA-04", "GA-13"})
    void theResolverIsAskedForTheNameOfIdna2008() throws Exception {
        List<String> asked = new ArrayList<>();
        Network network = new OwnedNetwork(Plain.owner(), new NameLookup(name -> {
            asked.add(name);
            return List.of(InetAddress.ofLiteral("127.0.0.1"));
        }));
        network.getAddrInfo("faß.de", 0);
        network.getAddrInfo("fass.de", 0);
        assertEquals(List.of("xn--fa-hia.de", "fass.de"), asked);
        assertNotEquals(asked.getFirst(), IDN.toASCII("faß.de"));
    }

    @AnyioTest @Proves("GA-05")
    void asciiIsLeftAsItIsAndALiteralIsNotAskedFor() throws Exception {
        String name = "Some_Name-1.--EXAMPLE..com";
        Network network = Plain.network(Map.of(name, List.of("127.0.0.1")));
        assertEquals(2, network.getAddrInfo(name, 0).size());
        assertEquals(InetAddress.ofLiteral("::1"), network.getAddrInfo("::1", 0).getFirst().address().getAddress());
        assertEquals(InetAddress.ofLiteral("127.0.0.1"),
                network.getAddrInfo("127.0.0.1", 0).getFirst().address().getAddress());
    }

    @AnyioTest
    void aNameThatCannotBeHasNoAddress() {
        UnknownHostException unknown = assertThrows(UnknownHostException.class,
                () -> Plain.network(Map.of()).getAddrInfo("☃.net", 0));
        assertEquals("'☃.net' is no host name: U+2603 may not stand in '☃'", unknown.getMessage());
    }
}
