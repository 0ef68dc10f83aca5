package io.anyio.tls;

import io.anyio.api.spi.Owners;
import io.anyio.api.spi.ServiceSource;
import io.anyio.api.tls.Tls;
import org.jspecify.annotations.Nullable;

/** Makes the service for plain Java. */
public final class TlsSource implements ServiceSource {

    /** Called by {@link java.util.ServiceLoader}. */
    public TlsSource() {}

    @Override
    public <S> @Nullable S create(Class<S> type, Owners owners) {
        return type == Tls.class ? type.cast(TlsService.plain()) : null;
    }
}
