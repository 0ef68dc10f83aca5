package io.anyio.impl.process;

import io.anyio.api.process.Processes;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.ServiceSource;
import org.jspecify.annotations.Nullable;

/** The service {@link io.anyio.api.process.Processes} for plain Java. */
public final class ProcessServices implements ServiceSource {
    /** Called by {@link java.util.ServiceLoader}. */
    public ProcessServices() {}

    @Override
    public <S> @Nullable S create(Class<S> type, Owners owners) {
        if (type != Processes.class) {
            return null;
        }
        Holder application = new Holder(Holder.APPLICATION, "application", null, () -> false);
        return type.cast(new OwnedProcesses(owners.open("Processes", application)));
    }
}
