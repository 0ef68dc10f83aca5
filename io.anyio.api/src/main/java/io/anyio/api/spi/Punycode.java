package io.anyio.api.spi;

import java.util.Arrays;

/** RFC 3492: Unicode written with the characters of host names. */
final class Punycode {
    private static final int BASE = 36;
    private static final int MIN_THRESHOLD = 1;
    private static final int MAX_THRESHOLD = 26;
    private static final int SKEW = 38;
    private static final int DAMP = 700;
    private static final int INITIAL_BIAS = 72;
    private static final int ASCII = 0x80;

    private Punycode() {}

    static String encode(int[] points) {
        StringBuilder encoded = new StringBuilder();
        Arrays.stream(points).filter(c -> c < ASCII).forEach(encoded::appendCodePoint);
        int basic = encoded.length();
        if (basic > 0) {
            encoded.append('-');
        }
        int bias = INITIAL_BIAS;
        int delta = 0;
        int next = ASCII;
        for (int done = basic; done < points.length; next++) {
            int least = next;
            int smallest = Arrays.stream(points).filter(c -> c >= least).min().orElseThrow();
            delta = Math.addExact(delta, Math.multiplyExact(smallest - next, done + 1));
            next = smallest;
            for (int c : points) {
                if (c < next) {
                    delta++;
                } else if (c == next) {
                    append(encoded, delta, bias);
                    bias = adapt(delta, done + 1, done == basic);
                    delta = 0;
                    done++;
                }
            }
            delta++;
        }
        return encoded.toString();
    }

    private static void append(StringBuilder encoded, int delta, int bias) {
        int rest = delta;
        for (int k = BASE;; k += BASE) {
            int threshold = Math.clamp(k - bias, MIN_THRESHOLD, MAX_THRESHOLD);
            if (rest < threshold) {
                encoded.append(digit(rest));
                return;
            }
            encoded.append(digit(threshold + (rest - threshold) % (BASE - threshold)));
            rest = (rest - threshold) / (BASE - threshold);
        }
    }

    private static char digit(int value) {
        return (char) (value < 26 ? 'a' + value : '0' + value - 26);
    }

    private static int adapt(int delta, int count, boolean first) {
        int rest = first ? delta / DAMP : delta / 2;
        rest += rest / count;
        int k = 0;
        while (rest > (BASE - MIN_THRESHOLD) * MAX_THRESHOLD / 2) {
            rest /= BASE - MIN_THRESHOLD;
            k += BASE;
        }
        return k + (BASE - MIN_THRESHOLD + 1) * rest / (rest + SKEW);
    }
}
