package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Text in both directions over a stream of bytes. It receives like {@link TextReceiveStream} and sends like
 * {@link TextSendStream}. One task may receive while another one sends.
 *
 * {@snippet :
 * TextStream text = new TextStream(connection,
 *         o -> o.charset("ISO-8859-1").errors(CodingErrorAction.REPLACE));
 * text.send("größer als 5 €");
 * }
 *
 * <p>Guide: {@code docs/streams.md}. In AnyIO: {@code anyio.streams.text.TextStream}.
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
     * Wraps a stream of bytes in UTF-8, which is closed with this one. Coding errors are thrown.
     *
     * @param stream a stream of bytes
     */
    public TextStream(ByteStream stream) {
        this(stream, UnaryOperator.identity());
    }

    /**
     * Wraps a stream, which is closed with this one.
     *
     * @param stream a stream of bytes
     * @param options changes the default options: the charset, and what happens if bytes or characters cannot be
     * converted
     * @throws java.nio.charset.UnsupportedCharsetException if there is no such charset
     * @throws IllegalArgumentException if the charset can only be decoded
     */
    public TextStream(ByteStream stream, UnaryOperator<TextOptions> options) {
        TextOptions chosen = TextOptions.changed(options);
        this.receiveStream = new TextReceiveStream(ByteChunks.of(stream), chosen);
        this.sendStream = new TextSendStream(ByteSink.of(stream), stream, stream, chosen);
        this.ending = stream::sendEof;
    }

    /**
     * Wraps a stream of byte arrays in UTF-8, which is closed with this one. Coding errors are thrown.
     *
     * @param stream a stream of byte arrays
     */
    public TextStream(ObjectStream<byte[]> stream) {
        this(stream, UnaryOperator.identity());
    }

    /**
     * Wraps a stream, which is closed with this one.
     *
     * @param stream a stream of byte arrays
     * @param options changes the default options: the charset, and what happens if bytes or characters cannot be
     * converted
     * @throws java.nio.charset.UnsupportedCharsetException if there is no such charset
     * @throws IllegalArgumentException if the charset can only be decoded
     */
    public TextStream(ObjectStream<byte[]> stream, UnaryOperator<TextOptions> options) {
        TextOptions chosen = TextOptions.changed(options);
        this.receiveStream = new TextReceiveStream(ByteChunks.of(stream), chosen);
        this.sendStream = new TextSendStream(ByteSink.of(stream), stream, stream, chosen);
        this.ending = stream::sendEof;
    }

    /**
     * Receives the characters whose bytes have arrived, as {@link TextReceiveStream#receive} does. A checkpoint; a
     * cancelled receive loses nothing.
     *
     * @return at least one character
     * @throws EndOfStreamException if the other side has ended the stream and all text has been received
     * @throws java.nio.charset.CharacterCodingException if the next bytes cannot be decoded in this charset, and errors
     * are reported
     * @throws IOException if the wrapped stream fails
     * @throws ClosedResourceException if this stream is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task is receiving
     */
    @Override
    public String receive() throws IOException {
        return receiveStream.receive();
    }

    /**
     * Sends a text, as {@link TextSendStream#send} does. A checkpoint; a cancelled send may have sent some of it.
     *
     * @param text the text
     * @throws java.nio.charset.CharacterCodingException if a character cannot be encoded in this charset, and errors
     * are reported; nothing has been sent
     * @throws BrokenResourceException if the other side has closed or reset the connection
     * @throws IOException if the wrapped stream fails in another way
     * @throws ClosedResourceException if this stream has been closed or has ended its sending direction
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
     * Closes the wrapped stream. A checkpoint if the close of that one is; from any thread.
     *
     * @throws IOException if closing the wrapped stream throws it
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
