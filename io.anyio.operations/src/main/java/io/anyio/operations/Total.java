package io.anyio.operations;

import io.anyio.api.whiteboard.ListenerDTO;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * A count over all servers that never goes down. Each server counts from its opening, so the sum over those that are
 * open falls when one closes; a monitor would take that for a restart, and count the others anew. What a server counts
 * between the last reading and its close is lost.
 */
final class Total {
    private final ToLongFunction<ListenerDTO> figure;
    private Map<Server, Long> counted = Map.of();
    private long total;

    /** One end point of one service. */
    private record Server(String endpoint, long service) {}

    Total(ToLongFunction<ListenerDTO> figure) {
        this.figure = figure;
    }

    /** The count after the servers were read. From any thread. */
    synchronized long after(List<ListenerDTO> servers) {
        Map<Server, Long> now = new HashMap<>();
        for (ListenerDTO server : servers) {
            Server key = new Server(server.endpoint(), server.serviceId());
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
