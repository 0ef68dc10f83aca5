package io.anyio.impl.signal;

import io.anyio.api.signal.Signal;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.MemoryObjectSendStream;
import io.anyio.api.sync.WouldBlockException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Takes the signals for one receiver from the thread that delivers them. Never waits. */
final class Inbox implements Consumer<Signal> {
    private final MemoryObjectSendStream<Signal> queue;
    private final AtomicLong dropped = new AtomicLong();

    Inbox(MemoryObjectSendStream<Signal> queue) {
        this.queue = queue;
    }

    @Override
    public void accept(Signal signal) {
        boolean dealtWith = false;
        try {
            queue.sendNowait(signal);
            dealtWith = true;
        } catch (WouldBlockException _) {
            // counted
        } catch (BrokenResourceException | ClosedResourceException _) {
            // the receiver has been closed meanwhile
            dealtWith = true;
        } finally {
            // also if there is no memory
            if (!dealtWith) {
                dropped.incrementAndGet();
            }
        }
    }

    long dropped() {
        return dropped.get();
    }
}
