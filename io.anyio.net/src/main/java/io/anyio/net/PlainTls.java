package io.anyio.net;

import io.anyio.api.spi.Owners;
import io.anyio.api.spi.ServiceSource;
import io.anyio.api.tls.Tls;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds TLS in plain Java, when it is asked for. */
final class PlainTls implements Supplier<@Nullable Tls> {
    private final Owners owners;
    private @Nullable Tls found;

    PlainTls(Owners owners) {
        this.owners = owners;
    }

    @Override
    public synchronized @Nullable Tls get() {
        if (found == null) {
            for (ServiceSource source : ServiceLoader.load(ServiceSource.class, ServiceSource.class.getClassLoader())) {
                Tls tls = source.create(Tls.class, owners);
                found = tls == null ? found : tls;
            }
        }
        return found;
    }
}
