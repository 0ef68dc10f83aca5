package io.anyio.net;

import io.anyio.api.net.Listeners;
import io.anyio.api.net.Network;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owners;
import io.anyio.api.spi.ServiceSource;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.tls.Tls;
import org.jspecify.annotations.Nullable;

/** The services of this jar for plain Java. */
public final class NetServices implements ServiceSource {
    /** Called by {@link java.util.ServiceLoader}. */
    public NetServices() {}

    @Override
    public <S> @Nullable S create(Class<S> type, Owners owners) {
        Holder application = new Holder(Holder.APPLICATION, "application", null, () -> false);
        if (type == Network.class) {
            return type.cast(new OwnedNetwork(owners.open("Network", application), NetServices::tls));
        }
        if (type == Listeners.class) {
            return type.cast(new OwnedListeners(owners.open("Listeners", application)));
        }
        return null;
    }

    /** Finds TLS in plain Java: the service of the current task's run. */
    private static @Nullable Tls tls() {
        return TaskContext.current("Network.connectTcp").runtime().service(Tls.class);
    }
}
