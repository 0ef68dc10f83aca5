package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.spi.Operation;
import io.anyio.api.sync.BusyResourceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Receives text from a stream of bytes.
 *
 * <p>Characters are returned as soon as their bytes have arrived. The text is cut into pieces in the same way as the
 * bytes arrive, but never within a character. One task at a time may receive; {@code close} may be called from any
 * thread.
 *
 * <p>Guide: {@code docs/streams.md}. In AnyIO: {@code anyio.streams.text.TextReceiveStream}.
 */
public final class TextReceiveStream implements ObjectReceiveStream<String> {
    private final ByteChunks chunks;
    private final TextOptions options;
    private final CharsetDecoder decoder;
    private final Operation receiving = Operation.reading(this::checkOpen);
    private volatile boolean closed;

    /** Only of the task that receives: the beginning of a character, or what comes after an error. */
    private ByteBuffer undecoded = ByteBuffer.allocate(0);

    /**
     * Wraps a stream of bytes in UTF-8, which is closed with this one. Bytes that cannot be decoded are an error.
     *
     * @param stream a stream of bytes
     */
    public TextReceiveStream(ByteReceiveStream stream) {
        this(stream, UnaryOperator.identity());
    }

    /**
     * Wraps a stream, which is closed with this one.
     *
     * @param stream a stream of bytes
     * @param options changes the default options: the charset, and what happens if bytes cannot be decoded
     * @throws java.nio.charset.UnsupportedCharsetException if there is no such charset
     */
    public TextReceiveStream(ByteReceiveStream stream, UnaryOperator<TextOptions> options) {
        this(ByteChunks.of(stream), TextOptions.changed(options));
    }

    /**
     * Wraps a stream of byte arrays in UTF-8, which is closed with this one. Bytes that cannot be decoded are an error.
     *
     * @param stream a stream of byte arrays
     */
    public TextReceiveStream(ObjectReceiveStream<byte[]> stream) {
        this(stream, UnaryOperator.identity());
    }

    /**
     * Wraps a stream, which is closed with this one.
     *
     * @param stream a stream of byte arrays
     * @param options changes the default options: the charset, and what happens if bytes cannot be decoded
     * @throws java.nio.charset.UnsupportedCharsetException if there is no such charset
     */
    public TextReceiveStream(ObjectReceiveStream<byte[]> stream, UnaryOperator<TextOptions> options) {
        this(ByteChunks.of(stream), TextOptions.changed(options));
    }

    TextReceiveStream(ByteChunks chunks, TextOptions options) {
        this.chunks = chunks;
        this.options = options;
        this.decoder = options.charset().newDecoder().onMalformedInput(options.errors())
                .onUnmappableCharacter(options.errors());
    }

    /**
     * Receives the characters whose bytes have arrived, and waits only if there are none. A checkpoint; a cancelled
     * receive loses nothing.
     *
     * <p>AnyIO differs: bytes that cannot be decoded do not lose the text around them. The text before them is returned
     * first, then the error is thrown, and the next receive continues after them. A stream that ends within a character
     * is such an error, too.
     *
     * @return at least one character
     * @throws EndOfStreamException if the other side has ended the stream and all text has been received
     * @throws java.nio.charset.CharacterCodingException if the next bytes cannot be decoded in this charset, and errors
     * are reported
     * @throws IOException if the wrapped stream fails
     * @throws ClosedResourceException if this stream is closed
     * @throws BusyResourceException if another task is receiving
     */
    @Override
    public String receive() throws IOException {
        receiving.begin("TextReceiveStream.receive");
        try {
            String text = decode(false);
            while (text.isEmpty()) {
                text = receiveMore();
            }
            return text;
        } finally {
            receiving.end();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new ClosedResourceException("The text stream");
        }
    }

    private String receiveMore() throws IOException {
        // while this waits, of all that was received it keeps the beginning of a character
        byte[] beginning = new byte[undecoded.remaining()];
        undecoded.get(beginning);
        undecoded = ByteBuffer.wrap(beginning);
        byte[] chunk;
        try {
            chunk = chunks.receive(ByteReceiveStream.DEFAULT_MAX_BYTES);
        } catch (EndOfStreamException e) {
            String rest = decodeRest();
            if (rest.isEmpty()) {
                throw e;
            }
            return rest;
        }
        undecoded = beginning.length == 0
                ? ByteBuffer.wrap(chunk)
                : ByteBuffer.allocate(beginning.length + chunk.length).put(beginning).put(chunk).flip();
        return decode(false);
    }

    private String decodeRest() throws IOException {
        try {
            return decode(true);
        } finally {
            decoder.reset();
        }
    }

    /** The text up to the next error, or up to the beginning of a character that is not complete. */
    private String decode(boolean ended) throws IOException {
        if (!undecoded.hasRemaining() && !ended) {
            return "";
        }
        CharBuffer text = CharBuffer
                .allocate((int) Math.ceil((1 + undecoded.remaining()) * (double) decoder.maxCharsPerByte()));
        CoderResult result = decoder.decode(undecoded, text, ended);
        if (ended && result.isUnderflow()) {
            result = decoder.flush(text);
        }
        if (result.isError() && text.position() == 0) {
            byte[] wrong = new byte[result.length()];
            undecoded.get(wrong);
            throw TextCodingException.undecodable(wrong, options.charset());
        }
        return text.flip().toString();
    }

    /**
     * Closes the wrapped stream; the beginning of an incomplete character is dropped. A checkpoint if the close of the
     * wrapped stream is; from any thread.
     *
     * @throws IOException if closing the wrapped stream throws it
     */
    @Override
    public void close() throws IOException {
        closed = true;
        chunks.close();
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return chunks.attributes();
    }
}
