package io.anyio.net.whiteboard;

import io.anyio.api.net.AddressFamily;
import io.anyio.api.net.UdpOptions;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.spi.error.LastError;
import io.anyio.api.spi.error.Report;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.task.CancelledError;
import io.anyio.net.name.NameLookup;
import io.anyio.net.name.SystemResolver;
import io.anyio.net.settings.Endpoint;
import io.anyio.net.settings.EndpointSettings;
import io.anyio.net.udp.UdpOpener;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A server of datagrams: one task receives and handles them in the order of their arrival. */
final class DatagramServer extends Server<UdpSocket> {
    /** After an error that the system reports for the socket, which may come again at once. */
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final AtomicLong received = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong peerFailures = new AtomicLong();

    /** What the handler has thrown. */
    private final LastError told = new LastError();

    DatagramServer(EndpointSettings settings, HandlerLease handler, Owner owner, Runnable changes) {
        super(settings, handler, owner, changes);
    }

    private Report log() {
        return new Report(owner.holder().logName());
    }

    @Override
    public UdpSocket bind() throws IOException {
        Endpoint wanted = settings().endpoint();
        UdpOptions options = UdpOptions.DEFAULT.localHost(wanted.host()).localPort(wanted.port())
                .reusePort(settings().socket().reusePort());
        return new UdpOpener(owner, new NameLookup(new SystemResolver()))
                .open(wanted.host().isEmpty() ? options.family(AddressFamily.IPV4) : options);
    }

    @Override
    public int portOf(UdpSocket open) {
        return open.localPort();
    }

    /** {@inheritDoc} The socket stays open until the datagram that is being handled has been. */
    @Override
    public void drain(UdpSocket open) {}

    @Override
    void serve(UdpSocket open) throws IOException {
        while (!isRetired()) {
            try {
                UdpPacket packet = untilRetired(open::receive);
                if (packet != null) {
                    received.incrementAndGet();
                    handle(packet, open);
                }
            } catch (BrokenResourceException e) {
                peerFailures.incrementAndGet();
                log().log(System.Logger.Level.DEBUG, null, this, " received an error: ", Errors.line(e));
                TaskContext.current("a server").sleep(PAUSE);
            }
        }
    }

    private void handle(UdpPacket packet, UdpSocket open) {
        try {
            handler.handle(packet, open);
        } catch (Throwable e) {
            if (e instanceof CancelledError cancelled && TaskContext.current("a server").cancellationPending()) {
                throw cancelled;
            }
            if (owner.isStopping()) {
                log().log(System.Logger.Level.DEBUG, null, this, " failed with ", packet, " while it was stopped: ", e);
                return;
            }
            tell(packet, e);
        }
    }

    /**
     * Counts an error, and reports it. The other side may cause the same one by each datagram: it is told once. The
     * other side's fault is only that nobody receives what the handler sends: datagrams have no end and no handshake.
     */
    private void tell(UdpPacket packet, Throwable error) {
        boolean byPeer = error instanceof BrokenResourceException;
        (byPeer ? peerFailures : failures).incrementAndGet();
        boolean news = !byPeer && told.isNews(error);
        log().log(news ? System.Logger.Level.ERROR : System.Logger.Level.DEBUG, news ? error : null, "The handler ",
                name, " of ", owner.holder().name(), " failed with ", packet, ": ", Errors.text(error));
    }

    @Override
    Figures figures() {
        return new Figures(0, received.get(), failures.get(), peerFailures.get(), 0, 0);
    }
}
