package io.anyio.impl.scope;

import io.anyio.api.spi.error.Errors;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The handshake of one interrupt that others may send to a thread, at most once, so that none of ours is seen after
 * {@link #leave}.
 *
 * <pre>
 *   IDLE --sender--> SENDING --> SENT     the flag is up, or the code has consumed it
 *    | ^ \---owner---------------|----> LEFT    nothing is sent any more; a flag of ours is down
 *    v  \                        |
 *   HELD <-----------------------/        the owner does not want to be interrupted for now
 * </pre>
 *
 * <p>A flag that was up already when ours was sent is not ours: it stays up, even if the code has consumed one, since
 * two interrupts make one flag.
 */
public final class Interruption {
    private enum State {
        IDLE, SENDING, SENT, HELD, LEFT
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private final Thread owner = Thread.currentThread();
    private boolean foreign;

    /** Makes one for the current thread, its owner. */
    public Interruption() {}

    /** Interrupts the owner, unless that was done, is held back or comes too late. From any thread. */
    public void send() {
        if (state.compareAndSet(State.IDLE, State.SENDING)) {
            try {
                foreign = owner.isInterrupted();
                owner.interrupt();
            } finally {
                // the owner waits for it
                state.set(State.SENT);
            }
        }
    }

    /** Takes back what was sent and lets nothing be sent until {@link #resume}. By the owner. */
    void hold() {
        if (awaitSent(State.HELD) && !foreign) {
            Thread.interrupted();
        }
    }

    /** Lets an interrupt be sent again. By the owner, who then looks whether one is due. */
    void resume() {
        state.set(State.IDLE);
    }

    /**
     * Ends it. By the owner.
     *
     * @return whether an interrupt was sent, whose flag is down now
     */
    public boolean leave() {
        boolean sent = awaitSent(State.LEFT);
        if (sent && foreign) {
            owner.interrupt();
        } else if (sent) {
            Thread.interrupted();
        }
        return sent;
    }

    /** Goes to another state; true if an interrupt was sent before. */
    private boolean awaitSent(State next) {
        if (state.compareAndSet(State.IDLE, next)) {
            return false;
        }
        while (state.get() == State.SENDING) {
            Thread.onSpinWait();
        }
        // only IDLE is left by others
        return state.getAndSet(next) == State.SENT;
    }

    /**
     * Whether an error comes from an interrupt: it is, or was caused by, one of the JDK's exceptions for that.
     *
     * @param thrown the error
     * @return true for {@link InterruptedException} and {@link ClosedByInterruptException} in the chain of causes
     */
    public static boolean caused(Throwable thrown) {
        for (Throwable at : Errors.chain(thrown)) {
            if (at instanceof InterruptedException || at instanceof ClosedByInterruptException) {
                return true;
            }
        }
        return false;
    }
}
