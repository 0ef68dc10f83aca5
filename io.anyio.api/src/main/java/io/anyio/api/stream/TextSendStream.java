package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.attribute.TypedAttributeProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Sends text to a stream of bytes. One task at a time may send, unless the wrapped stream allows several.
 *
 * <p>Guide: {@code docs/streams.md}. In AnyIO: {@code anyio.streams.text.TextSendStream}.
 */
public final class TextSendStream implements ObjectSendStream<String> {
    private final ByteSink sink;
    private final AsyncResource stream;
    private final TypedAttributeProvider attributes;
    private final TextOptions options;
    private final int markLength;
    private volatile boolean marked;

    /**
     * Wraps a stream, which is closed with this one. The text is sent in UTF-8.
     *
     * @param stream a stream of bytes
     */
    public TextSendStream(ByteSendStream stream) {
        this(stream, UnaryOperator.identity());
    }

    /**
     * Wraps a stream, which is closed with this one.
     *
     * @param stream a stream of bytes
     * @param options changes the default options: the charset, and what happens if characters cannot be encoded
     * @throws java.nio.charset.UnsupportedCharsetException if there is no such charset
     * @throws IllegalArgumentException if the charset can only be decoded
     */
    public TextSendStream(ByteSendStream stream, UnaryOperator<TextOptions> options) {
        this(ByteSink.of(stream), stream, stream, TextOptions.changed(options));
    }

    /**
     * Wraps a stream, which is closed with this one. The text is sent in UTF-8.
     *
     * @param stream a stream of byte arrays
     */
    public TextSendStream(ObjectSendStream<byte[]> stream) {
        this(stream, UnaryOperator.identity());
    }

    /**
     * Wraps a stream, which is closed with this one.
     *
     * @param stream a stream of byte arrays
     * @param options changes the default options: the charset, and what happens if characters cannot be encoded
     * @throws java.nio.charset.UnsupportedCharsetException if there is no such charset
     * @throws IllegalArgumentException if the charset can only be decoded
     */
    public TextSendStream(ObjectSendStream<byte[]> stream, UnaryOperator<TextOptions> options) {
        this(ByteSink.of(stream), stream, stream, TextOptions.changed(options));
    }

    TextSendStream(ByteSink sink, AsyncResource stream, TypedAttributeProvider attributes, TextOptions options) {
        if (!options.charset().canEncode()) {
            throw new IllegalArgumentException(
                    "The charset " + options.charset()
                            + " can only be decoded, not encoded: choose another one to send");
        }
        this.sink = sink;
        this.stream = stream;
        this.attributes = attributes;
        this.options = options;
        this.markLength = markLength(options.charset());
    }

    /** How many bytes an encoder puts in front of a text, as UTF-16 does with its byte order mark. */
    private static int markLength(Charset charset) {
        return 2 * "a".getBytes(charset).length - "aa".getBytes(charset).length;
    }

    /**
     * Sends a text, and waits while the other side does not accept it. A checkpoint. A cancelled send has sent nothing
     * to a stream of byte arrays, and may have sent some of the bytes to a stream of bytes.
     *
     * <p>Each text is encoded separately, so that half a surrogate pair at its end cannot be encoded. AnyIO differs:
     * the byte order mark of UTF-16 is sent once, not with each text.
     *
     * @param text the text
     * @throws CharacterCodingException if a character cannot be encoded in this charset, and errors are reported;
     * nothing has been sent
     * @throws BrokenResourceException if the other side has closed or reset the connection
     * @throws IOException if the wrapped stream fails in another way
     * @throws ClosedResourceException if this side has been closed or has ended its sending direction
     */
    @Override
    public void send(String text) throws IOException {
        Objects.requireNonNull(text, "TextSendStream.send: the text is null");
        ByteBuffer bytes = encode(text);
        boolean withMark = bytes.hasRemaining() && !marked;
        if (bytes.hasRemaining() && marked) {
            bytes.position(markLength);
        }
        sink.send(bytes);
        if (withMark) {
            marked = true;
        }
    }

    private ByteBuffer encode(String text) throws CharacterCodingException {
        CharsetEncoder encoder = options.charset().newEncoder().onMalformedInput(options.errors())
                .onUnmappableCharacter(options.errors());
        CharBuffer characters = CharBuffer.wrap(text.toCharArray());
        try {
            return encoder.encode(characters);
        } catch (CharacterCodingException e) {
            TextCodingException error = TextCodingException.unencodable(text, characters.position(), options.charset());
            error.initCause(e);
            throw error;
        }
    }

    /**
     * Closes the wrapped stream. A checkpoint if the close of that one is; from any thread.
     *
     * @throws IOException if closing the wrapped stream throws it
     */
    @Override
    public void close() throws IOException {
        stream.close();
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return attributes.attributes();
    }
}
