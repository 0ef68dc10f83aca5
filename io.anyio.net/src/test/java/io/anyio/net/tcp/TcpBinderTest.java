package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.net.ListenOptions;
import io.anyio.api.stream.MultiListener;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.net.Plain;
import io.anyio.net.name.NameLookup;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Several sockets on one port, when that is not easy. */
class TcpBinderTest {
    private static final ListenOptions DUAL = ListenOptions.DEFAULT.host("dual");

    private final NameLookup names = Plain.lookup(Map.of("dual", List.of("127.0.0.1", "::1")));
    private final List<Integer> opened = new ArrayList<>();
    private int refusals;

    /** Opens real sockets, but refuses the second address of a listener for the first few ports. */
    private TcpBinder binder() {
        return new TcpBinder(names, (host, port) -> {
            if (port != 0 && refusals-- > 0) {
                throw new BindException("Address already in use");
            }
            TcpAcceptor acceptor = TcpAcceptor.open(Plain.owner(), host, port, DUAL);
            opened.add(acceptor.port());
            return acceptor;
        });
    }

    private static void assertFree(int port) throws Exception {
        for (String host : new String[]{"127.0.0.1", "::1"}) {
            TcpAcceptor.open(Plain.owner(), java.net.InetAddress.ofLiteral(host), port, ListenOptions.DEFAULT).close();
        }
    }

    @AnyioTest @Proves({"TL-04", "TL-05"})
    void ifTheAssignedPortIsTakenElsewhereAnotherIsTried() throws Exception {
        refusals = 3;
        List<TcpAcceptor> acceptors = binder().bind(0, DUAL);
        assertEquals(2, acceptors.size());
        assertEquals(acceptors.getFirst().port(), acceptors.getLast().port());
        assertEquals(5, opened.size());
        new MultiListener<>(acceptors).close();
        for (int port : opened) {
            assertFree(port);
        }
    }

    @AnyioTest @Proves({"TL-06", "TL-08"})
    void ifNoPortIsFreeOnAllAddressesEveryErrorIsTold() throws Exception {
        refusals = Integer.MAX_VALUE;
        BindException failed = assertThrows(BindException.class, () -> binder().bind(0, DUAL));
        assertTrue(failed.getMessage().contains("all 2 addresses of dual"), failed.getMessage());
        ExceptionGroup all = assertInstanceOf(ExceptionGroup.class, failed.getCause());
        assertEquals(10, all.exceptions().size());
        assertEquals(10, opened.size());
        for (int port : opened) {
            assertFree(port);
        }
    }

    @AnyioTest @Proves("TL-08")
    void aFixedPortIsTriedOnceAndTheFirstSocketClosedAgain() throws Exception {
        List<TcpAcceptor> first = binder().bind(0, DUAL);
        int port = first.getLast().port();
        first.getFirst().close();
        assertThrows(BindException.class, () -> binder().bind(port, DUAL));
        TcpAcceptor.open(Plain.owner(), java.net.InetAddress.ofLiteral("127.0.0.1"), port, ListenOptions.DEFAULT)
                .close();
        first.getLast().close();
    }
}
