package io.anyio.bench.load;

import io.anyio.bench.option.EchoCase;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the harness asks of the load generator, one line of text in each direction.
 *
 * @param address the server's port on the loopback address, or the path of its UNIX socket
 * @param pid the server's process, for its CPU time
 * @param load the connections to hold, and their messages
 * @param warmup seconds of load before the measurement, with the same connections; 0 is one message for each connection
 * @param seconds seconds of measured load; 0 is one message for each connection
 * @param check whether the content of each echo is compared, not only its length
 * @param hold whether to say {@code ready} before the measurement and {@code measured} after it, and to wait each time,
 * silent and with all connections open, for the line {@code go}
 */
public record LoadRequest(String address, long pid, EchoCase load, double warmup, double seconds, boolean check,
        boolean hold) {

    /** The line that {@link #parse} reads. */
    public String format() {
        return "address=%s pid=%d load=%s warmup=%s seconds=%s check=%s hold=%s"
                .formatted(address, pid, load.text(), warmup, seconds, check, hold);
    }

    /** Reads a line made by {@link #format}. */
    public static LoadRequest parse(String line) {
        Map<String, String> values = pairs(line);
        return new LoadRequest(
                values.getOrDefault("address", ""),
                Long.parseLong(values.get("pid")),
                EchoCase.parse(values.getOrDefault("load", "")),
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
