package io.anyio.impl.signal;

import io.anyio.api.signal.SignalReceiver;
import io.anyio.api.signal.Signals;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.MemoryStreams;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/** The service {@link Signals} for one owner, which closes the receivers. */
public class OwnedSignals implements Signals {
    private static final String PREFIX = "SIG";

    private final Owner owner;
    private final MemoryStreams streams;

    /**
     * Makes the service; no signal is taken over.
     *
     * @param owner the owner of its receivers
     * @param streams makes the queues of the receivers
     */
    public OwnedSignals(Owner owner, MemoryStreams streams) {
        this.owner = owner;
        this.streams = streams;
    }

    @Override
    public SignalReceiver openSignalReceiver(String... names) {
        Set<String> wanted = shortNames(names);
        TaskContext task = TaskContext.currentOrNull();
        if (task != null) {
            task.checkpoint();
        }
        owner.checkOpen();
        return new Receiver(owner, wanted, streams.createMemoryObjectStream(SignalReceiver.CAPACITY)).open();
    }

    private static Set<String> shortNames(String... names) {
        Objects.requireNonNull(names, "Signals.openSignalReceiver: the names are null");
        Set<String> wanted = new LinkedHashSet<>();
        for (String name : names) {
            Objects.requireNonNull(name, "Signals.openSignalReceiver: a name is null");
            wanted.add(name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name);
        }
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException(
                    "Signals.openSignalReceiver is given no signal: name at least one, such as TERM");
        }
        return wanted;
    }
}
