package io.anyio.impl.file;

import io.anyio.api.file.FileOptions;
import io.anyio.api.file.Newline;
import io.anyio.api.file.SeekFrom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The text of a file: decoded ahead, a chunk at a time. For one thread at a time. The methods whose names begin with
 * {@code buffered} never block.
 *
 * <p>A position in the text is the number of bytes before it. It is found by decoding the chunk again.
 */
final class Text implements OpenFile.Content {
    private final Bytes bytes;
    private final String name;
    private final FileOptions options;
    private final @Nullable String terminator;
    private final CharsetDecoder decoder;
    private final int markLength;

    /** What was decoded last, of which the bytes behind {@code decoded} are the beginning of a character. */
    private byte[] chunk = {};

    private int decoded;
    private char[] chars = {};
    private int next;

    Text(Bytes bytes, Opened opened, FileOptions options) {
        this.bytes = bytes;
        this.name = opened.name();
        this.options = options;
        this.terminator = options.newline().terminator();
        this.decoder = options.charset().newDecoder().onMalformedInput(options.errors())
                .onUnmappableCharacter(options.errors());
        this.markLength = opened.mode().writes()
                ? 2 * "a".getBytes(options.charset()).length - "aa".getBytes(options.charset()).length
                : 0;
    }

    // ---- reading

    /** A line, or null if its end has not been decoded. */
    @Nullable
    String bufferedLine() {
        int end = lineEnd(next);
        if (end < 0) {
            return null;
        }
        int begin = next;
        next = end;
        return translated(new String(chars, begin, end - begin));
    }

    /** Where the line ends that contains a place, or -1 if that is not certain yet. */
    private int lineEnd(int place) {
        for (int at = place; at < chars.length; at++) {
            char c = chars[at];
            boolean twice = at + 1 < chars.length && chars[at + 1] == '\n';
            if (terminator == null) {
                if (c == '\n') {
                    return at + 1;
                }
                if (c == '\r') {
                    return at + 1 == chars.length ? -1 : at + (twice ? 2 : 1);
                }
            } else if (terminator.length() == 2) {
                if (c == '\r' && twice) {
                    return at + 2;
                }
            } else if (c == terminator.charAt(0)) {
                return at + 1;
            }
        }
        return -1;
    }

    String readLine() throws IOException {
        String known = bufferedLine();
        if (known != null) {
            return known;
        }
        StringBuilder line = new StringBuilder();
        while (true) {
            line.append(chars, next, chars.length - next);
            next = chars.length;
            boolean more = fill(line.isEmpty());
            if (endsWithCr(line) && (terminator == null || terminator.length() == 2)) {
                boolean lf = more && chars[0] == '\n';
                if (lf) {
                    line.append('\n');
                    next = 1;
                }
                if (lf || terminator == null) {
                    return translated(line.toString());
                }
            }
            if (!more) {
                return translated(line.toString());
            }
            int end = lineEnd(0);
            if (end >= 0) {
                next = end;
                return translated(line.append(chars, 0, end).toString());
            }
        }
    }

    private static boolean endsWithCr(StringBuilder line) {
        return !line.isEmpty() && line.charAt(line.length() - 1) == '\r';
    }

    String read(int count) throws IOException {
        StringBuilder text = new StringBuilder();
        boolean cr = false;
        while (text.length() < count || cr || splits(text)) {
            if (next == chars.length && !fill(text.isEmpty())) {
                break;
            }
            char c = chars[next];
            if (text.length() >= count && !(cr && c == '\n') && !(splits(text) && Character.isLowSurrogate(c))) {
                break;
            }
            next++;
            if (cr && c == '\n') {
                cr = false;
                continue;
            }
            cr = c == '\r' && options.newline() == Newline.UNIVERSAL;
            text.append(cr ? '\n' : c);
        }
        return text.toString();
    }

    private static boolean splits(StringBuilder text) {
        return !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
    }

    private String translated(String text) {
        return options.newline() == Newline.UNIVERSAL && text.indexOf('\r') >= 0
                ? text.replace("\r\n", "\n").replace('\r', '\n')
                : text;
    }

    /** Decodes the next chunk when all characters are used; false at the end, or at an error that must wait. */
    private boolean fill(boolean mayThrow) throws IOException {
        while (true) {
            byte[] rest = Arrays.copyOfRange(chunk, decoded, chunk.length);
            byte[] more = bytes.readOnce(options.buffering());
            chunk = Arrays.copyOf(rest, rest.length + more.length);
            System.arraycopy(more, 0, chunk, rest.length, more.length);
            decoded = 0;
            next = 0;
            ByteBuffer in = ByteBuffer.wrap(chunk);
            CharBuffer out = CharBuffer
                    .allocate((int) Math.ceil((1 + chunk.length) * (double) decoder.maxCharsPerByte()));
            CoderResult result = decoder.decode(in, out, more.length == 0);
            if (more.length == 0) {
                if (!result.isError()) {
                    decoder.flush(out);
                }
                // the file may grow
                decoder.reset();
            }
            if (result.isError() && out.position() == 0) {
                chars = new char[0];
                if (!mayThrow) {
                    return false;
                }
                decoded = in.position() + result.length();
                throw undecodable(Arrays.copyOfRange(chunk, in.position(), decoded));
            }
            chars = Arrays.copyOf(out.array(), out.position());
            decoded = in.position();
            if (chars.length > 0 || more.length == 0) {
                return chars.length > 0;
            }
        }
    }

    private CharacterCodingException undecodable(byte[] wrong) {
        return new Coding("The bytes " + HexFormat.ofDelimiter(" ").formatHex(wrong) + " of '" + name
                + "' cannot be decoded in " + options.charset()
                + ": choose the charset of the file, or errors(REPLACE)");
    }

    // ---- writing

    /** The bytes of a text. Without blocking. */
    ByteBuffer encode(String text) throws CharacterCodingException {
        String written = options.newline().written();
        String all = written.equals("\n") ? text : text.replace("\n", written);
        CharBuffer in = CharBuffer.wrap(all.toCharArray());
        try {
            return options.charset().newEncoder().onMalformedInput(options.errors())
                    .onUnmappableCharacter(options.errors()).encode(in);
        } catch (CharacterCodingException e) {
            CharacterCodingException error = new Coding("The character U+%04X cannot be encoded in %s for '%s': "
                    .formatted(all.codePointAt(in.position()), options.charset(), name)
                    + "choose another charset, or errors(REPLACE)");
            error.initCause(e);
            throw error;
        }
    }

    boolean bufferedWrite(ByteBuffer encoded) {
        return markLength == 0 && chunk.length == 0 && bytes.bufferedWrite(encoded);
    }

    void write(ByteBuffer encoded) throws IOException {
        if (chunk.length > 0) {
            seek(tell(), SeekFrom.START);
        }
        // a byte order mark stands only at the beginning
        if (markLength > 0 && encoded.hasRemaining() && bytes.tell() > 0) {
            encoded.position(encoded.position() + markLength);
        }
        bytes.write(encoded);
    }

    // ---- the position

    @Override
    public long tell() throws IOException {
        return bytes.tell() - (chunk.length - usedBytes());
    }

    private int usedBytes() {
        if (next == 0) {
            return chars.length == 0 ? decoded : 0;
        }
        if (next == chars.length) {
            return decoded;
        }
        ByteBuffer in = ByteBuffer.wrap(chunk);
        options.charset().newDecoder().onMalformedInput(options.errors()).onUnmappableCharacter(options.errors())
                .decode(in, CharBuffer.allocate(next), false);
        return in.position();
    }

    @Override
    public long seek(long offset, SeekFrom origin) throws IOException {
        long position = origin == SeekFrom.CURRENT ? tell() : bytes.seek(offset, origin);
        if (origin == SeekFrom.CURRENT) {
            bytes.seek(position, SeekFrom.START);
        }
        chunk = new byte[0];
        decoded = 0;
        chars = new char[0];
        next = 0;
        decoder.reset();
        return position;
    }

    @Override
    public long truncate(long size) throws IOException {
        seek(tell(), SeekFrom.START);
        return bytes.truncate(size);
    }

    @Override
    public void flush() throws IOException {
        bytes.flush();
    }

    /** A coding error whose message has the bytes or character and its place; those of the JDK have only a length. */
    private static final class Coding extends CharacterCodingException {
        private static final long serialVersionUID = 1;

        private final String message;

        Coding(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }
    }
}
