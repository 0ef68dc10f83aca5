package io.anyio.tls;

import io.anyio.api.spi.Options;
import io.anyio.api.stream.ByteStream;
import io.anyio.api.stream.Listener;
import io.anyio.api.stream.ObjectStream;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.TimedOutException;
import io.anyio.api.tls.Tls;
import io.anyio.api.tls.TlsListener;
import io.anyio.api.tls.TlsListenerOptions;
import io.anyio.api.tls.TlsOptions;
import io.anyio.api.tls.TlsStream;
import java.io.IOException;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Publishes {@link Tls}. */
@Component(service = Tls.class)
public final class TlsService implements Tls {
    private static final String NO_TRANSPORT = "Tls.wrap: the transport is null";

    private final Sessions sessions;

    /**
     * Makes the service; it starts nothing.
     *
     * @param synchronization makes the limiter for its worker threads; this service ends with it
     */
    @Activate
    public TlsService(@Reference Synchronization synchronization) {
        this();
    }

    private TlsService() {
        this.sessions = new Sessions(new Workers());
    }

    /** The service for plain Java. */
    static TlsService plain() {
        return new TlsService();
    }

    @Override
    public TlsStream wrap(ByteStream transport, UnaryOperator<TlsOptions> options) throws IOException {
        Objects.requireNonNull(transport, NO_TRANSPORT);
        return wrap(transport, Options.chosen("Tls.wrap", TlsOptions.DEFAULT, options));
    }

    @Override
    public TlsStream wrap(ObjectStream<byte[]> transport, UnaryOperator<TlsOptions> options) throws IOException {
        Objects.requireNonNull(transport, NO_TRANSPORT);
        return wrap(new ObjectTransport(transport), Options.chosen("Tls.wrap", TlsOptions.DEFAULT, options));
    }

    private TlsStream wrap(ByteStream transport, TlsOptions options) throws IOException {
        try {
            return sessions.open(transport, options);
        } catch (TimedOutException e) {
            throw Broken.byTime(transport, e);
        }
    }

    @Override
    public TlsListener listen(Listener<? extends ByteStream> listener, UnaryOperator<TlsListenerOptions> options) {
        Objects.requireNonNull(listener, "Tls.listen: the listener is null");
        return new HandshakeListener(sessions, listener,
                Options.chosen("Tls.listen", TlsListenerOptions.DEFAULT, options));
    }
}
