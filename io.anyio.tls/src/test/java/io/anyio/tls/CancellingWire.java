package io.anyio.tls;

import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ForwardingByteStream;
import io.anyio.api.task.CancelScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * A transport, and an engine on it, that cancel a scope before or after one of their steps. The steps are all waits of
 * TLS: for a piece to be received or sent, of which a record has several, and for a worker thread.
 */
final class CancellingWire extends ForwardingByteStream {
    private static final int PIECE = 700;

    private final AtomicInteger steps = new AtomicInteger();
    private volatile int cancelAt = -1;
    private volatile @Nullable CancelScope scope;

    CancellingWire(ByteStream stream) {
        super(stream);
    }

    /** Counts from now on, and cancels at a step; at none if it is negative. */
    void arm(CancelScope target, int step) {
        steps.set(0);
        scope = target;
        cancelAt = step;
    }

    int steps() {
        return steps.get();
    }

    private void step() {
        CancelScope target = scope;
        if (steps.getAndIncrement() == cancelAt && target != null) {
            target.cancel();
        }
    }

    /** A context whose engines count their steps, too. */
    SSLContext counted(SSLContext context) {
        return FaultyEngine.context(context, (engine, _) -> new Counted(engine));
    }

    private final class Counted extends FaultyEngine {
        Counted(SSLEngine engine) {
            super(engine);
            step();
        }

        @Override
        public @Nullable Runnable getDelegatedTask() {
            Runnable task = super.getDelegatedTask();
            return task == null ? null : () -> {
                step();
                task.run();
                step();
            };
        }
    }

    @Override
    public byte[] receive(int maxBytes) throws IOException {
        step();
        byte[] bytes = super.receive(Math.min(maxBytes, PIECE));
        step();
        return bytes;
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            step();
            int count = Math.min(source.remaining(), PIECE);
            super.send(source.slice(source.position(), count));
            source.position(source.position() + count);
            step();
        }
    }
}
