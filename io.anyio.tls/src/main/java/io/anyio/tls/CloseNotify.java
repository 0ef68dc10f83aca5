package io.anyio.tls;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.GroupOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The end of a session (RFC 8446, section 6.1): each side sends the alert {@code close_notify} and waits for that of
 * the other side. So neither side mistakes a cut connection for the end of the data.
 *
 * <p>It sends and receives at the same time, in two tasks. Both sides may do this at once with full buffers, and
 * neither could send if neither received. A side that has received the other's end and cannot send its own has ended
 * properly. TlsCloseTest proves it.
 *
 * @param transport the transport of the session, for messages
 * @param outgoing sends our end
 * @param plaintext receives the other side's
 */
record CloseNotify(ByteStream transport, Outgoing outgoing, Plaintext plaintext) {
    /**
     * Ends the session. A checkpoint; a second call finishes what was cancelled.
     *
     * @param beforeReceiving is run before anything is received, while our end is being sent
     * @param unread gets what the other side has sent before its end
     */
    void exchange(TaskContext task, Block<IOException> beforeReceiving, BlockWith<ByteBuffer, IOException> unread)
            throws IOException {
        AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
        task.createTaskGroup(IOException.class, GroupOptions.DEFAULT).run(group -> {
            group.spawn("end of TLS", () -> {
                try {
                    outgoing.sendClose();
                } catch (IOException | RuntimeException e) {
                    failed.set(e);
                    group.cancel();
                }
            });
            beforeReceiving.run();
            awaitEnd(task, unread);
        });
        if (plaintext.ended()) {
            return; // the other side waits for nothing more
        }
        switch (failed.get()) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case null, default -> {
            }
        }
    }

    private void awaitEnd(TaskContext task, BlockWith<ByteBuffer, IOException> unread) throws IOException {
        ByteBuffer bytes = plaintext.next(task, () -> {});
        while (bytes != null) {
            try {
                unread.run(bytes);
            } finally {
                plaintext.give(bytes);
            }
            bytes = plaintext.next(task, () -> {});
        }
        if (!plaintext.ended()) {
            throw Broken.byTruncation(transport);
        }
    }
}
