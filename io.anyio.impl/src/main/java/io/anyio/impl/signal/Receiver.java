package io.anyio.impl.signal;

import io.anyio.api.signal.Signal;
import io.anyio.api.signal.SignalReceiver;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Stoppable;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryObjectStream;
import java.util.Set;

/** A receiver: a memory stream, which the hub sends to. */
final class Receiver implements SignalReceiver, Stoppable {
    private final Owner owner;
    private final Set<String> names;
    private final MemoryObjectStream<Signal> queue;
    private final Inbox inbox;

    Receiver(Owner owner, Set<String> names, MemoryObjectStream<Signal> queue) {
        this.owner = owner;
        this.names = names;
        this.queue = queue;
        this.inbox = new Inbox(queue.sender());
    }

    /** Takes the signals over. Closes itself if that fails, or if the owner is closed. */
    Receiver open() {
        boolean open = false;
        try {
            Hub.OF_PROCESS.add(inbox, names);
            // last: the owner may close it from now on
            owner.register(this);
            open = true;
            return this;
        } finally {
            if (!open) {
                close();
            }
        }
    }

    @Override
    public Signal receive() {
        // for its message: the queue's receive is the checkpoint
        TaskContext.current("SignalReceiver.receive");
        try {
            return queue.receiver().receive();
        } catch (ClosedResourceException | EndOfStreamException _) {
            throw new ClosedResourceException(toString());
        }
    }

    @Override
    public long dropped() {
        return inbox.dropped();
    }

    @Override
    public void close() {
        try {
            Hub.OF_PROCESS.remove(inbox);
        } finally {
            queue.close();
            owner.unregister(this);
        }
    }

    @Override
    public String toString() {
        return "The receiver of the signals " + String.join(", ", names);
    }

    /** {@inheritDoc} No effect: the tasks of the owner may receive until they end. */
    @Override
    public void stop() {
        // nothing is to be refused
    }
}
