package io.anyio.impl.scope;

import io.anyio.api.spi.error.Errors;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The handshake for one interrupt that other threads may send to a thread, at most once. No interrupt of ours is seen
 * after {@link #leave}.
 *
 * <pre>
 *   IDLE --sender--> SENDING --> SENT     the flag is up, or the code has consumed it
 *    | ^ \---owner---------------|----> LEFT    nothing is sent any more; a flag of ours is down
 *    v  \                        |
 *   HELD <-----------------------/        the owner does not want to be interrupted for now
 * </pre>
 *
 * <p>An interrupt flag that was already set when ours was sent is not ours. It stays set, even if the code has cleared
 * it meanwhile, since two interrupts share one flag.
 */
public final class Interruption {
    private enum State {
        IDLE, SENDING, SENT, HELD, LEFT
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private final Thread owner = Thread.currentThread();
    private boolean foreign;

    /** Makes an interruption of the current thread, its owner. */
    public Interruption() {}

    /** Interrupts the owner, unless that was done before, is held back or comes too late. From any thread. */
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

    /** Takes back an interrupt that was sent, and holds back others until {@link #resume}. By the owner. */
    void hold() {
        if (awaitSent(State.HELD) && !foreign) {
            Thread.interrupted();
        }
    }

    /** Allows an interrupt to be sent again. By the owner, which then checks whether one is due. */
    void resume() {
        state.set(State.IDLE);
    }

    /**
     * Ends the interruption. By the owner.
     *
     * @return whether an interrupt was sent; its flag has been cleared
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
        // other threads change no state but IDLE and SENDING
        return state.getAndSet(next) == State.SENT;
    }

    /**
     * Whether an error comes from an interrupt: it is one of the JDK's exceptions for that, or was caused by one.
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
