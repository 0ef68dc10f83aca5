package io.anyio.bench.load;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the harness asks of the load generator, one line of text in each direction.
 *
 * @param port the server's port on the loopback address
 * @param pid the server's process, for its CPU time
 * @param connections how many connections to hold
 * @param size bytes in a message
 * @param tls whether the connections are encrypted
 * @param warmup seconds of load before the measurement, with the same connections; 0 is one message for each connection
 * @param seconds seconds of measured load; 0 is one message for each connection
 * @param check whether the content of each echo is compared, not only its length
 * @param hold whether to say {@code ready} before the measurement and {@code measured} after it, and to wait each time,
 * silent and with all connections open, for the line {@code go}
 */
public record LoadRequest(int port, long pid, int connections, int size, boolean tls, double warmup, double seconds,
        boolean check, boolean hold) {

    /** The line that {@link #parse} reads. */
    public String format() {
        return "port=%d pid=%d connections=%d size=%d tls=%s warmup=%s seconds=%s check=%s hold=%s"
                .formatted(port, pid, connections, size, tls, warmup, seconds, check, hold);
    }

    /** Reads a line made by {@link #format}. */
    public static LoadRequest parse(String line) {
        Map<String, String> values = pairs(line);
        return new LoadRequest(
                Integer.parseInt(values.get("port")),
                Long.parseLong(values.get("pid")),
                Integer.parseInt(values.get("connections")),
                Integer.parseInt(values.get("size")),
                Boolean.parseBoolean(values.get("tls")),
                Double.parseDouble(values.get("warmup")),
                Double.parseDouble(values.get("seconds")),
                Boolean.parseBoolean(values.get("check")),
                Boolean.parseBoolean(values.get("hold")));
    }

    /** Splits {@code a=1 b=2}. */
    static Map<String, String> pairs(String line) {
        Map<String, String> values = new TreeMap<>();
        for (String pair : line.strip().split(" +")) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("No '=' in '" + pair + "' of line: " + line);
            }
            values.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return values;
    }
}
