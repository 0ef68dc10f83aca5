package io.anyio.net.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.ListenerKind;
import io.anyio.api.whiteboard.WhiteboardRuntime;
import io.anyio.proof.Proves;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenersCommandTest {
    private final List<ListenerDTO> listeners = new ArrayList<>();
    private final List<FailedListenerDTO> failed = new ArrayList<>();
    private final ListenersCommand command = new ListenersCommand(new WhiteboardRuntime() {
        @Override
        public List<ListenerDTO> listeners() {
            return listeners;
        }

        @Override
        public List<FailedListenerDTO> failedListeners() {
            return failed;
        }
    });

    private void serve() {
        listeners.add(new ListenerDTO(ListenerKind.TCP, "tcp://[::]:7007", 31, "org.example.one", "", "Echo", "", 7007,
                "", 2, 5, 1, 3, 4, 6));
        listeners.add(new ListenerDTO(ListenerKind.UNIX, "unix:/run/chat", 32, "org.example.two",
                "io.anyio.net.listener~chat", "Chat", "/run/chat", -1, "public", 0, 0, 0, 0, 0, 0));
        failed.add(new FailedListenerDTO(FailureCode.SHADOWED, ListenerKind.TCP, "tcp://[::]:7007", 33,
                "org.example.two", "", List.of(), "port 7007 belongs to another service"));
        failed.add(new FailedListenerDTO(FailureCode.NO_HANDLER, null, "", -1, "io.anyio.net",
                "io.anyio.net.listener~none", List.of(), "no service matches"));
    }

    @Test @Proves("OP-12")
    void theListHasWhatIsServedAndWhatIsNotWithTheReason() {
        assertEquals("No service asks to be a server", command.listeners());
        serve();
        assertEquals("""
                tcp://[::]:7007 of org.example.one: Echo, service 31, 2 open, 5 accepted, 1 failed, \
                3 failed by the peer, 4 idle, 6 left
                unix:/run/chat with TLS public of org.example.two: Chat, service 32 by io.anyio.net.listener~chat, \
                0 open, 0 accepted, 0 failed, 0 failed by the peer, 0 idle, 0 left
                not served (SHADOWED): tcp://[::]:7007 of org.example.two: service 33: port 7007 belongs to another \
                service
                not served (NO_HANDLER): io.anyio.net by io.anyio.net.listener~none: no service matches
                """, command.listeners());
    }

    @Test @Proves({"OP-12", "OP-03"})
    void anOptionKeepsThoseOfABundle() {
        serve();
        assertEquals(1, command.listeners("-b", "*.one").lines().count());
        assertEquals(2, command.listeners("-b", "org.example.two").lines().count());
        assertEquals("No bundle with a server is 'user', there is io.anyio.net, org.example.one, org.example.two",
                command.listeners("-b", "user"));
    }

    @Test @Proves({"OP-07", "OP-08"})
    void aWrongCallIsAnsweredByTheUsage() {
        serve();
        String usage = command.listeners("-h");
        assertTrue(usage.startsWith("usage: anyio:listeners [-b bundle]\n"), usage);
        assertEquals("There is no option -n\n" + usage, command.listeners("-n", "1"));
        assertEquals("The option -b needs a value\n" + usage, command.listeners("-b"));
        assertEquals("There is no use for 7007\n" + usage, command.listeners("7007"));
    }
}
