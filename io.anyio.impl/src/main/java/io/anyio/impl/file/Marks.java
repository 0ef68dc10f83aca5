package io.anyio.impl.file;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Charsets whose byte order a mark at the beginning of the file tells. Behind the beginning such a file is read and
 * written in the charset of that order.
 */
enum Marks {
    UTF_16(StandardCharsets.UTF_16, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE),
    UTF_32(StandardCharsets.UTF_32, StandardCharsets.UTF_32BE, StandardCharsets.UTF_32LE);

    /** How many bytes are enough for {@link #ordered}. */
    static final int LONGEST = 4;

    private final Charset unordered;
    private final Charset bigEndian;
    private final Charset littleEndian;

    Marks(Charset unordered, Charset bigEndian, Charset littleEndian) {
        this.unordered = unordered;
        this.bigEndian = bigEndian;
        this.littleEndian = littleEndian;
    }

    /** The charset with the byte order that the first bytes of a file tell: big-endian if they are no mark. */
    static Charset ordered(Charset charset, byte[] first) {
        for (Marks each : values()) {
            if (each.unordered.equals(charset)) {
                byte[] mark = "\uFEFF".getBytes(each.littleEndian);
                boolean little = first.length >= mark.length
                        && Arrays.equals(first, 0, mark.length, mark, 0, mark.length);
                return little ? each.littleEndian : each.bigEndian;
            }
        }
        return charset;
    }

    /** Whether a charset has such a mark. */
    static boolean has(Charset charset) {
        return charset.equals(UTF_16.unordered) || charset.equals(UTF_32.unordered);
    }
}
