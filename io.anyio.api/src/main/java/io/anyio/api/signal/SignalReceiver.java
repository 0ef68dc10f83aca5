package io.anyio.api.signal;

import io.anyio.api.stream.ObjectReceiveStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Receives signals of the operating system while it is open. Signals that arrive while no task receives are kept, up to
 * {@value #CAPACITY}. An iteration over it ends only by an exception or {@code break}.
 *
 * {@snippet :
 * try (SignalReceiver signals = AnyIO.service(Signals.class).openSignalReceiver("USR1", "TERM")) {
 *     for (Signal signal : signals) {
 *         if (signal.name().equals("TERM")) {
 *             break;
 *         }
 *         reload();
 *     }
 * }
 * }
 *
 * <p>Guide: {@code docs/signals.md}. In AnyIO: {@code anyio.open_signal_receiver}.
 */
@ProviderType
public interface SignalReceiver extends ObjectReceiveStream<Signal> {
    /** How many signals wait to be received at most. */
    int CAPACITY = 1000;

    /**
     * Receives the next signal in the order of arrival, and waits until there is one. Each signal goes to one of the
     * tasks that receive from this receiver. A checkpoint; a cancelled receive takes no signal.
     *
     * @return the signal
     * @throws io.anyio.api.stream.ClosedResourceException if this receiver has been closed, or is closed during the
     * call
     * @throws io.anyio.api.task.NoEventLoopException if the caller is not a task
     */
    @Override
    Signal receive();

    /**
     * Returns how many signals were dropped because {@value #CAPACITY} others waited to be received, or because there
     * was no memory to keep them. Not a checkpoint; from any thread.
     *
     * @return the number so far
     */
    long dropped();

    /**
     * Stops receiving. If this was the last receiver of a signal, the signal's previous handling is restored, unless
     * other code has replaced ours since. Signals that were not received are dropped. Not a checkpoint; from any
     * thread.
     */
    @Override
    void close();
}
