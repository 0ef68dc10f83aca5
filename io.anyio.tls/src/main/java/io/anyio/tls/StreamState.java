package io.anyio.tls;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether a stream is open, and how it is closed. The state changes once, so that exactly one task closes or unwraps
 * the stream. TlsStatesTest proves it.
 */
final class StreamState {
    private enum State {
        OPEN,

        /** A task closes it, or has closed it. */
        CLOSED,

        /** The transport belongs to the caller of {@code unwrap} again. */
        UNWRAPPED
    }

    private final ByteStream transport;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    /** Whether a second close, which could not wait, has closed the transport during the first one. */
    private volatile boolean forced;

    /** Whether an unwrap has failed: what it had received is lost, and the stream can only be closed. */
    private volatile boolean unwrapFailed;

    StreamState(ByteStream transport) {
        this.transport = transport;
    }

    void checkOpen() {
        if (state.get() != State.OPEN || unwrapFailed) {
            throw closedException();
        }
    }

    private ClosedResourceException closedException() {
        return new ClosedResourceException(
                "The stream " + name() + (unwrapFailed ? ", of which an unwrap has failed," : ""));
    }

    /** Runs a step. If it fails and the stream was closed meanwhile, the close is the reason. */
    void unlessClosed(Block<IOException> step) throws IOException {
        try {
            step.run();
        } catch (ClosedResourceException | BrokenResourceException e) {
            checkOpen();
            throw e;
        }
    }

    /** Gives the transport back to the caller, unless the stream was closed. */
    void unwrap() {
        if (!state.compareAndSet(State.OPEN, State.UNWRAPPED)) {
            throw closedException();
        }
    }

    void unwrapFailed() {
        unwrapFailed = true;
    }

    /**
     * Closes the stream and its transport.
     *
     * @param endSession ends the session first; only called in a task, since it waits
     */
    void close(BlockWith<TaskContext, IOException> endSession) throws IOException {
        TaskContext task = TaskContext.currentOrNull();
        if (!state.compareAndSet(State.OPEN, State.CLOSED)) {
            // a close that cannot wait ends the wait of the first one
            if (state.get() == State.CLOSED && (task == null || task.cancellationPending())) {
                forced = true;
                transport.close();
            }
            return;
        }
        if (task != null) {
            try {
                endSession.run(task);
            } catch (ClosedResourceException e) {
                // perhaps only one direction of it is closed
                Closing.forcefully(task, transport, e);
                if (!forced) {
                    throw new BrokenResourceException("The transport of " + name() + " was closed before TLS had ended",
                            e);
                }
            } catch (IOException | RuntimeException | Error e) {
                Closing.forcefully(task, transport, e);
                throw e;
            }
        }
        transport.close();
    }

    /** The name of the stream. */
    String name() {
        return "tls:" + transport;
    }
}
