package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Text in both directions: receives like {@link TextReceiveStream} and sends like {@link TextSendStream}. One task may
 * receive while another one sends.
 */
public final class TextStream implements ObjectStream<String> {
    private final TextReceiveStream receiveStream;
    private final TextSendStream sendStream;
    private final Ending ending;

    /** How the wrapped stream ends its sending direction. */
    @FunctionalInterface
    private interface Ending {
        void sendEof() throws IOException;
    }

    /**
     * Wraps a stream of bytes in UTF-8, which belongs to this one afterwards. Errors are thrown.
     *
     * @param stream a stream of bytes
     */
    public TextStream(ByteStream stream) {
        this(stream, UnaryOperator.identity());
    }

    /**
     * Wraps a stream, which belongs to this one afterwards.
     *
     * @param stream a stream of bytes
     * @param options charset and what is done about errors, in both directions
     * @throws java.nio.charset.UnsupportedCharsetException if there is no such charset
     * @throws IllegalArgumentException if the charset can be received only
     */
    public TextStream(ByteStream stream, UnaryOperator<TextOptions> options) {
        TextOptions chosen = TextOptions.changed(options);
        this.receiveStream = new TextReceiveStream(ByteChunks.of(stream), chosen);
        this.sendStream = new TextSendStream(ByteSink.of(stream), stream, stream, chosen);
        this.ending = stream::sendEof;
    }

    /**
     * Wraps a stream of arrays of bytes in UTF-8, which belongs to this one afterwards. Errors are thrown.
     *
     * @param stream a stream of arrays of bytes
     */
    public TextStream(ObjectStream<byte[]> stream) {
        this(stream, UnaryOperator.identity());
    }

    /**
     * Wraps a stream, which belongs to this one afterwards.
     *
     * @param stream a stream of arrays of bytes
     * @param options charset and what is done about errors, in both directions
     * @throws java.nio.charset.UnsupportedCharsetException if there is no such charset
     * @throws IllegalArgumentException if the charset can be received only
     */
    public TextStream(ObjectStream<byte[]> stream, UnaryOperator<TextOptions> options) {
        TextOptions chosen = TextOptions.changed(options);
        this.receiveStream = new TextReceiveStream(ByteChunks.of(stream), chosen);
        this.sendStream = new TextSendStream(ByteSink.of(stream), stream, stream, chosen);
        this.ending = stream::sendEof;
    }

    /**
     * Receives the characters that are complete, as {@link TextReceiveStream#receive} does. A checkpoint; a cancelled
     * receive loses nothing.
     *
     * @return the text, at least one character
     * @throws EndOfStreamException if the other side has ended the stream and everything was received
     * @throws java.nio.charset.CharacterCodingException if the next bytes are no text in this charset, and errors are
     * reported
     * @throws IOException if the wrapped stream is broken
     * @throws ClosedResourceException if this stream is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task is receiving
     */
    @Override
    public String receive() throws IOException {
        return receiveStream.receive();
    }

    /**
     * Sends a text, as {@link TextSendStream#send} does. A checkpoint.
     *
     * @param text the text
     * @throws java.nio.charset.CharacterCodingException if a character has no bytes in this charset, and errors are
     * reported; nothing was sent
     * @throws BrokenResourceException if the other side is gone
     * @throws IOException if the wrapped stream is broken otherwise
     * @throws ClosedResourceException if this stream is closed or has sent its end
     */
    @Override
    public void send(String text) throws IOException {
        sendStream.send(text);
    }

    @Override
    public void sendEof() throws IOException {
        ending.sendEof();
    }

    /**
     * Closes the wrapped stream. A checkpoint if its close is one; from any thread.
     *
     * @throws IOException if the wrapped stream's close throws it
     */
    @Override
    public void close() throws IOException {
        receiveStream.close();
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return receiveStream.attributes();
    }
}
