package io.anyio.impl.osgi;

import io.anyio.api.stream.MemoryStreams;
import io.anyio.impl.stream.MemoryStreamFactory;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Publishes {@link MemoryStreams}, one instance for all, because it starts nothing. */
@Component(service = MemoryStreams.class)
public final class MemoryStreamsComponent extends MemoryStreamFactory {
    /** Makes the service. */
    @Activate
    public MemoryStreamsComponent() {}
}
