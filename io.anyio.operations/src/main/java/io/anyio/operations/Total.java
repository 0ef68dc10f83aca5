package io.anyio.operations;

import io.anyio.api.whiteboard.FailedListenerDTO;
import io.anyio.api.whiteboard.ListenerDTO;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * A count over all servers that never goes down. Each server counts from its opening, so the sum over those that are
 * open falls when one closes; a monitor would take that for a restart, and count the others anew. A server that does
 * not listen for a while is not among them either, and then goes on counting. What a server counts between the last
 * reading and its close is lost.
 */
final class Total {
    private final ToLongFunction<ListenerDTO> figure;
    private Map<Server, Long> counted = Map.of();
    private long total;

    /** One end point of one service, or of one configuration for it. */
    private record Server(String endpoint, long service, String pid) {}

    Total(ToLongFunction<ListenerDTO> figure) {
        this.figure = figure;
    }

    /**
     * Reads the servers, and counts. From any thread. Reads under the lock: an earlier reading after a later one would
     * look like a server that was opened again.
     */
    synchronized long after(Supplier<Figures> reading) {
        Figures figures = reading.get();
        Map<Server, Long> now = new HashMap<>();
        for (FailedListenerDTO failed : figures.failed()) {
            counted.forEach((server, value) -> {
                if (server.service == failed.serviceId()) {
                    now.put(server, value);
                }
            });
        }
        for (ListenerDTO server : figures.listeners()) {
            Server key = new Server(server.endpoint(), server.serviceId(), server.pid());
            long value = figure.applyAsLong(server);
            long before = counted.getOrDefault(key, 0L);
            // a smaller count is that of a server that was opened again
            total += value < before ? value : value - before;
            now.put(key, value);
        }
        counted = now;
        return total;
    }
}
