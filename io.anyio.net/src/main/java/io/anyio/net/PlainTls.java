package io.anyio.net;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.tls.Tls;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds TLS in plain Java, when a task asks for it: that of its run. */
final class PlainTls implements Supplier<@Nullable Tls> {
    @Override
    public @Nullable Tls get() {
        return TaskContext.current("Network.connectTcp").runtime().service(Tls.class);
    }
}
