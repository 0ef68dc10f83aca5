package io.anyio.tls;

import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.task.BlockWith;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The data that an unwrap receives before the end of the session, and that no task has received. */
final class Unread implements BlockWith<ByteBuffer, IOException> {
    /** How many bytes are kept at most. */
    private static final int MOST = 1 << 20;

    private final String stream;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    /**
     * Keeps nothing yet.
     *
     * @param stream its name, for messages
     */
    Unread(String stream) {
        this.stream = stream;
    }

    @Override
    public void run(ByteBuffer bytes) throws IOException {
        if (kept.size() + bytes.remaining() > MOST) {
            throw new BrokenResourceException("The other side of " + stream + " goes on sending, and more than " + MOST
                    + " bytes were not received: receive until it has ended before you unwrap", null);
        }
        kept.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }

    ByteBuffer bytes() {
        return ByteBuffer.wrap(kept.toByteArray());
    }
}
