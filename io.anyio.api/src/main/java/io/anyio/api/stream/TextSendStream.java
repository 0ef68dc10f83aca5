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

/** Sends text as bytes. One task at a time may send, unless several may send to the wrapped stream. */
public final class TextSendStream implements ObjectSendStream<String> {
    private final ByteSink sink;
    private final AsyncResource stream;
    private final TypedAttributeProvider attributes;
    private final TextOptions options;
    private final int markLength;
    private volatile boolean marked;

    /**
     * Wraps a stream, which belongs to this one afterwards. The text is sent in UTF-8.
     *
     * @param stream a stream of bytes
     */
    public TextSendStream(ByteSendStream stream) {
        this(stream, UnaryOperator.identity());
    }

    /**
     * Wraps a stream, which belongs to this one afterwards.
     *
     * @param stream a stream of bytes
     * @param options charset and what is done about errors
     * @throws java.nio.charset.UnsupportedCharsetException if there is no such charset
     * @throws IllegalArgumentException if the charset can be received only
     */
    public TextSendStream(ByteSendStream stream, UnaryOperator<TextOptions> options) {
        this(ByteSink.of(stream), stream, stream, TextOptions.changed(options));
    }

    /**
     * Wraps a stream, which belongs to this one afterwards. The text is sent in UTF-8.
     *
     * @param stream a stream of arrays of bytes
     */
    public TextSendStream(ObjectSendStream<byte[]> stream) {
        this(stream, UnaryOperator.identity());
    }

    /**
     * Wraps a stream, which belongs to this one afterwards.
     *
     * @param stream a stream of arrays of bytes
     * @param options charset and what is done about errors
     * @throws java.nio.charset.UnsupportedCharsetException if there is no such charset
     * @throws IllegalArgumentException if the charset can be received only
     */
    public TextSendStream(ObjectSendStream<byte[]> stream, UnaryOperator<TextOptions> options) {
        this(ByteSink.of(stream), stream, stream, TextOptions.changed(options));
    }

    TextSendStream(ByteSink sink, AsyncResource stream, TypedAttributeProvider attributes, TextOptions options) {
        if (!options.charset().canEncode()) {
            throw new IllegalArgumentException(
                    "The charset " + options.charset() + " can be received only: choose another one to send");
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
     * Sends a text; waits while the other side does not take it. A checkpoint. What a cancelled send has sent, the
     * wrapped stream tells: nothing, if it is one of objects, perhaps a part, if it is one of bytes.
     *
     * <p>Each text is encoded for itself: half of a surrogate pair has no bytes. AnyIO differs: the mark that UTF-16
     * begins with is sent once and not with each text.
     *
     * @param text the text
     * @throws CharacterCodingException if a character has no bytes in this charset, and errors are reported; nothing
     * was sent
     * @throws BrokenResourceException if the other side is gone
     * @throws IOException if the wrapped stream is broken otherwise
     * @throws ClosedResourceException if this side is closed or has sent its end
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
     * Closes the wrapped stream. A checkpoint if its close is one; from any thread.
     *
     * @throws IOException if the wrapped stream's close throws it
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
