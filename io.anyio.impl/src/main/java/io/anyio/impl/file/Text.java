package io.anyio.impl.file;

import io.anyio.api.file.FileOptions;
import io.anyio.api.file.Newline;
import io.anyio.api.file.SeekFrom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
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
    private final boolean readable;

    /** Whether the charset leaves the byte order to a mark, and the charset with the order once that is known. */
    private final boolean marked;
    private @Nullable Charset ordered;

    private CharsetDecoder decoder;

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
        this.readable = opened.mode().reads();
        this.marked = Marks.has(options.charset());
        this.decoder = decoder(options.charset());
    }

    private CharsetDecoder decoder(Charset charset) {
        return charset.newDecoder().onMalformedInput(options.errors()).onUnmappableCharacter(options.errors());
    }

    /** The charset for the bytes at a position; behind a mark that was not read, as if it were big-endian. */
    private Charset charsetAt(long position) {
        Charset known = ordered;
        if (!marked || position == 0) {
            return options.charset();
        }
        return known == null ? Marks.ordered(options.charset(), new byte[0]) : known;
    }

    /** Reads the mark, to be used behind it. */
    private void readMark() throws IOException {
        if (marked && readable && ordered == null) {
            long position = bytes.tell();
            bytes.seek(0, SeekFrom.START);
            ordered = Marks.ordered(options.charset(), bytes.read(Marks.LONGEST));
            bytes.seek(position, SeekFrom.START);
        }
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
            if (marked && bytes.tell() == chunk.length && in.position() > 0) {
                ordered = Marks.ordered(options.charset(), chunk);
            }
            if (more.length == 0) {
                if (!result.isError()) {
                    decoder.flush(out);
                }
                // the file may grow
                decoder = decoder(charsetAt(bytes.tell()));
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

    /** Whether the bytes of a text do not depend on where they are written. */
    boolean encodesAnywhere() {
        return !marked;
    }

    /** The bytes of a text at a position of the file. Without blocking. */
    private ByteBuffer encode(String text, long position) throws CharacterCodingException {
        Charset charset = charsetAt(position);
        String written = options.newline().written();
        String all = written.equals("\n") ? text : text.replace("\n", written);
        CharBuffer in = CharBuffer.wrap(all.toCharArray());
        try {
            return charset.newEncoder().onMalformedInput(options.errors())
                    .onUnmappableCharacter(options.errors()).encode(in);
        } catch (CharacterCodingException e) {
            CharacterCodingException error = new Coding("The character U+%04X cannot be encoded in %s for '%s': "
                    .formatted(all.codePointAt(in.position()), options.charset(), name)
                    + "choose another charset, or errors(REPLACE)");
            error.initCause(e);
            throw error;
        }
    }

    /** The bytes of a text in a charset that {@link #encodesAnywhere}. Without blocking. */
    ByteBuffer encode(String text) throws CharacterCodingException {
        return encode(text, 0);
    }

    boolean bufferedWrite(ByteBuffer encoded) {
        return chunk.length == 0 && bytes.bufferedWrite(encoded);
    }

    void write(ByteBuffer encoded) throws IOException {
        dropChunk();
        bytes.write(encoded);
    }

    /** Writes a text in any charset: a byte order mark stands only at the beginning of the file. */
    void write(String text) throws IOException {
        dropChunk();
        long position = bytes.tell();
        if (position == 0) {
            ordered = null;
        } else {
            readMark();
        }
        bytes.write(encode(text, position));
    }

    private void dropChunk() throws IOException {
        if (chunk.length > 0) {
            seek(tell(), SeekFrom.START);
        }
    }

    // ---- the position

    @Override
    public long tell() throws IOException {
        return bytes.tell() - (chunk.length - usedBytes());
    }

    private int usedBytes() throws IOException {
        if (next == 0) {
            return chars.length == 0 ? decoded : 0;
        }
        if (next == chars.length) {
            return decoded;
        }
        ByteBuffer in = ByteBuffer.wrap(chunk);
        decoder(charsetAt(bytes.tell() - chunk.length)).decode(in, CharBuffer.allocate(next), false);
        return in.position();
    }

    @Override
    public long seek(long offset, SeekFrom origin) throws IOException {
        checkState(origin == SeekFrom.START ? offset : origin == SeekFrom.CURRENT ? tell() : Long.MAX_VALUE);
        long position = origin == SeekFrom.CURRENT ? tell() : bytes.seek(offset, origin);
        if (origin == SeekFrom.CURRENT) {
            bytes.seek(position, SeekFrom.START);
        }
        chunk = new byte[0];
        decoded = 0;
        chars = new char[0];
        next = 0;
        if (position > 0) {
            readMark();
        }
        decoder = decoder(charsetAt(position));
        return position;
    }

    /** Nobody knows the state of a decoder in the middle of such a file. */
    private void checkState(long position) throws IOException {
        if (position > 0 && hasStates(options.charset()) && position < bytes.tell() + bytes.left()) {
            throw new UnsupportedOperationException("Text in " + options.charset() + " cannot be read or written from"
                    + " position " + position + " of '" + name + "' on, because what its bytes mean depends on those"
                    + " before: seek to the beginning or the end, or read the file as bytes");
        }
    }

    /** Whether a character has other bytes after one of its kind, or the JDK has no encoder to find out. */
    private static boolean hasStates(Charset charset) {
        if (!charset.canEncode()) {
            return true;
        }
        return !Marks.has(charset) && Stream.of("\u3042", "\uac00", "\u4e2d").anyMatch(
                c -> c.repeat(2).getBytes(charset).length != 2 * c.getBytes(charset).length);
    }

    @Override
    public long truncate(long size) throws IOException {
        seek(tell(), SeekFrom.START);
        ordered = null;
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
