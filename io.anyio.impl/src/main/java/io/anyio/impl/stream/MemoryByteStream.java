package io.anyio.impl.stream;

import io.anyio.api.spi.Operation;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.impl.park.Parkable;
import java.nio.ByteBuffer;
import java.util.Objects;

/** One side of a connection in memory: receives from one pipe and sends into the other. */
final class MemoryByteStream implements ByteStream {
    private final String name;
    private final Pipe in;
    private final Pipe out;
    private final Operation receiving;
    private final Operation sending;
    private final Leak leak;

    MemoryByteStream(String name, Pipe in, Pipe out) {
        this.name = name;
        this.in = in;
        this.out = out;
        this.receiving = Operation.reading(in::checkReceivable);
        this.sending = Operation.writing(out::checkSendable);
        this.leak = Leak.watch(this, name);
    }

    @Override
    public byte[] receive(int maxBytes) throws EndOfStreamException {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("The number of bytes to receive is " + maxBytes + ", give at least 1");
        }
        Parkable task = (Parkable) receiving.begin("ByteReceiveStream.receive");
        try {
            int ready = in.awaitBytes(task);
            if (ready < 0) {
                throw new EndOfStreamException();
            }
            byte[] bytes = new byte[Math.min(ready, maxBytes)];
            in.take(bytes.length, ByteBuffer.wrap(bytes));
            return bytes;
        } finally {
            receiving.end();
        }
    }

    @Override
    public int receive(ByteBuffer target) {
        Objects.requireNonNull(target, "ByteReceiveStream.receive: the buffer is null");
        if (!target.hasRemaining() || target.isReadOnly()) {
            throw new IllegalArgumentException("The buffer has no space remaining to be written to: " + target);
        }
        Parkable task = (Parkable) receiving.begin("ByteReceiveStream.receive");
        try {
            int ready = in.awaitBytes(task);
            return ready < 0 ? -1 : in.take(ready, target);
        } finally {
            receiving.end();
        }
    }

    @Override
    public void send(byte[] bytes) throws BrokenResourceException {
        Objects.requireNonNull(bytes, "ByteSendStream.send: the bytes are null");
        send(ByteBuffer.wrap(bytes));
    }

    @Override
    public void send(ByteBuffer source) throws BrokenResourceException {
        Objects.requireNonNull(source, "ByteSendStream.send: the buffer is null");
        Parkable task = (Parkable) sending.begin("ByteSendStream.send");
        try {
            out.send(source, task);
        } finally {
            sending.end();
        }
    }

    @Override
    public void sendEof() {
        var _ = sending.begin("ByteStream.sendEof");
        try {
            out.end();
        } finally {
            sending.end();
        }
    }

    @Override
    public void close() {
        out.closeSender();
        in.closeReceiver();
        leak.closed();
    }

    @Override
    public String toString() {
        return name;
    }
}
