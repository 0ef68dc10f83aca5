package io.anyio.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.api.whiteboard.ListenerDTO;
import io.anyio.api.whiteboard.ListenerKind;
import io.anyio.proof.Proves;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Counters that follow servers which come, go and pause. */
class TotalTest {
    private final Total total = new Total(ListenerDTO::accepted);

    private static ListenerDTO server(String pid, long accepted) {
        return new ListenerDTO(ListenerKind.TCP, "tcp://*:7007", 31, "org.example", pid, "Echo", "", 7007, "", 0,
                accepted, 0, 0, 0, 0);
    }

    private double after(ListenerDTO... listening) {
        return total.after(() -> new Figures(List.of(), List.of(listening), List.of()));
    }

    @Test @Proves("OP-36")
    void aServerThatDoesNotListenForAWhileIsNotCountedAnew() {
        assertEquals(5, after(server("", 5)));
        FailedListenerDTO busy = new FailedListenerDTO(FailureCode.BUSY, ListenerKind.TCP, "tcp://*:7007", 31,
                "org.example", "", List.of(), "the port is not free");
        assertEquals(5, total.after(() -> new Figures(List.of(), List.of(), List.of(busy))));
        assertEquals(6, after(server("", 6)));
        assertEquals(6, after());
        assertEquals(8, after(server("", 2)));
    }

    @Test @Proves("OP-36")
    void configurationsMayShareAnEndPoint() {
        ListenerDTO[] both = {server("one", 5), server("two", 7)};
        assertEquals(12, after(both));
        assertEquals(12, after(both));
    }

    @Test @Timeout(20) @Proves("OP-36")
    void anEarlierReadingIsNeverAfterALaterOne() throws Exception {
        AtomicBoolean isRead = new AtomicBoolean();
        Thread later = new Thread(() -> total.after(() -> {
            isRead.set(true);
            return new Figures(List.of(), List.of(server("", 2)), List.of());
        }));
        assertEquals(1, total.after(() -> {
            later.start();
            while (later.getState() != Thread.State.BLOCKED && !isRead.get()) {
                Thread.onSpinWait();
            }
            assertFalse(isRead.get());
            return new Figures(List.of(), List.of(server("", 1)), List.of());
        }));
        later.join();
        assertEquals(2, after(server("", 2)));
    }
}
