package io.anyio.impl.signal;

import io.anyio.api.signal.Signals;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.ServiceSource;
import io.anyio.impl.stream.MemoryStreamFactory;
import org.jspecify.annotations.Nullable;

/** The service Signals for plain Java. */
public final class SignalServices implements ServiceSource {
    /** Called by {@link java.util.ServiceLoader}. */
    public SignalServices() {}

    @Override
    public <S> @Nullable S create(Class<S> type, Owners owners) {
        Holder application = new Holder(Holder.APPLICATION, "application", null, () -> false);
        return type == Signals.class
                ? type.cast(new OwnedSignals(owners.open("Signals", application), new MemoryStreamFactory()))
                : null;
    }
}
