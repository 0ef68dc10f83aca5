package io.anyio.bench.option;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One load: so many connections, each with messages of so many bytes.
 *
 * @param text what {@link #parse} reads
 * @param transport how the bytes travel
 * @param flow which way they go
 * @param connections at least 1
 * @param size bytes in a message, at least 1
 * @param burst messages that are sent at once; their echoes together are one answer
 * @param rate messages in a second over all connections, whether their echoes have arrived or not; 0 to let each
 * message follow the echo of the one before, {@link #HALF} until the servers' greatest rates are known
 * @param idle further connections, which are silent
 * @param timeout seconds without a byte after which the server ends a connection; 0 for never
 */
public record EchoCase(String text, Transport transport, Flow flow, int connections, int size, int burst, double rate,
        int idle, int timeout) {
    /** The rate that is half of what the slowest server reaches when each message follows an echo. */
    public static final double HALF = -1;

    /** How the words before the numbers are written. */
    public static final String GRAMMAR = "[tls:|udp:|unix:][up:|down:][burst=<messages>:][rate=<messages/s>|half:]"
            + "[idle=<connections>:][timeout=<seconds>:]<connections>x<bytes>";

    private static final Pattern TEXT = Pattern.compile("((?:[a-z]+(?:=\\w+)?:)*)(\\d{1,7})x(\\d{1,7})(k?)");

    /** How bytes travel. */
    public enum Transport {
        /** Over the loopback address. */
        TCP,
        /** The same, encrypted. */
        TLS,
        /** A UNIX socket. */
        UNIX,
        /** Datagrams from many sockets to one; a connection is a socket with one datagram under way. */
        UDP
    }

    /** Which way bytes go. */
    public enum Flow {
        /** The server sends back what it received. */
        ECHO("Echo"),
        /** The server discards what it receives. */
        UP("Bulk to the server"),
        /** The server sends without being asked. */
        DOWN("Bulk from the server");

        private final String label;

        Flow(String label) {
            this.label = label;
        }
    }

    /** Echoes over TCP. */
    public EchoCase(int connections, int size) {
        this(connections + "x" + size, Transport.TCP, Flow.ECHO, connections, size, 1, 0, 0, 0);
    }

    /** Bytes that are sent before an answer is expected. */
    public int requestSize() {
        return size * burst;
    }

    /**
     * A read of a server may take twice the message, so that a message that fills the buffer exactly asks for no second
     * read.
     */
    public int bufferSize() {
        return Math.max(2048, 2 * requestSize());
    }

    /** Whether the connections are encrypted. */
    public boolean tls() {
        return transport == Transport.TLS;
    }

    /** Whether bytes only go one way. */
    public boolean isBulk() {
        return flow != Flow.ECHO;
    }

    /** Whether a server of echoes over TCP is all that is needed. */
    public boolean isPlain() {
        return transport == Transport.TCP && flow == Flow.ECHO && timeout == 0;
    }

    /** This load without a rate. */
    public EchoCase unpaced() {
        return parse(text.replaceFirst("rate=\\w+:", ""));
    }

    /** This load at a rate, instead of the half that is not known yet. */
    public EchoCase at(double messagesPerSecond) {
        return parse(text.replace("rate=half", "rate=" + Math.round(messagesPerSecond)));
    }

    /** Reads {@code 100x64}, {@code 100x16k}, {@code tls:100x16k} and what else {@link #GRAMMAR} allows. */
    public static EchoCase parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no case; write " + GRAMMAR
                    + ", for example 100x64, 100x16k or tls:100x16k");
        }
        Map<String, String> words = new TreeMap<>();
        for (String word : matcher.group(1).split(":")) {
            int equals = word.indexOf('=');
            words.put(equals < 0 ? word : word.substring(0, equals), word.substring(equals + 1));
        }
        words.remove("");
        String rate = words.remove("rate");
        EchoCase load = new EchoCase(
                text,
                one(Transport.class, words, Transport.TCP),
                one(Flow.class, words, Flow.ECHO),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)) * (matcher.group(4).isEmpty() ? 1 : 1024),
                number(words.remove("burst"), 1),
                "half".equals(rate) ? HALF : number(rate, 0),
                number(words.remove("idle"), 0),
                number(words.remove("timeout"), 0));
        if (!words.isEmpty()) {
            throw new IllegalArgumentException("The case '" + text + "' has words of no meaning: " + words.keySet()
                    + "; write " + GRAMMAR);
        }
        return load;
    }

    private static <E extends Enum<E>> E one(Class<E> type, Map<String, String> words, E otherwise) {
        for (E constant : type.getEnumConstants()) {
            if (words.remove(constant.name().toLowerCase(Locale.ROOT)) != null) {
                return constant;
            }
        }
        return otherwise;
    }

    private static int number(@Nullable String text, int otherwise) {
        return text == null ? otherwise : Integer.parseInt(text);
    }

    @Override
    public String toString() {
        String words = text.substring(0, text.lastIndexOf(':') + 1).replace(":", ", ");
        return flow.label + ", " + words + connections + " connections x "
                + (size % 1024 == 0 ? size / 1024 + " KiB" : size + " B");
    }
}
