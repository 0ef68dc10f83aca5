package io.anyio.impl.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A stream that gives its chunks one by one, or what fits of them, and remembers how many bytes it was asked for. */
final class Chunks implements ByteReceiveStream {
    static final TypedAttribute<String> NAME = TypedAttribute.of(String.class, "name");

    final List<Integer> asked = new ArrayList<>();
    boolean closed;
    private final Deque<byte[]> chunks = new ArrayDeque<>();

    Chunks(byte[]... chunks) {
        this.chunks.addAll(List.of(chunks));
    }

    static Chunks of(String... chunks) {
        return new Chunks(Arrays.stream(chunks).map(Chunks::bytes).toArray(byte[][]::new));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        asked.add(maxBytes);
        if (closed) {
            throw new ClosedResourceException("The stream of chunks");
        }
        byte[] chunk = chunks.poll();
        if (chunk == null) {
            throw new EndOfStreamException();
        }
        if (chunk.length > maxBytes) {
            chunks.addFirst(Arrays.copyOfRange(chunk, maxBytes, chunk.length));
        }
        return Arrays.copyOf(chunk, Math.min(chunk.length, maxBytes));
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return Map.of(NAME, () -> "chunks");
    }
}
