package io.anyio.net.whiteboard;

import io.anyio.api.net.ConnectionHandler;
import io.anyio.api.net.DatagramHandler;
import io.anyio.api.net.SocketStream;
import io.anyio.api.net.UdpPacket;
import io.anyio.api.net.UdpSocket;
import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.error.Errors;
import io.anyio.api.whiteboard.FailureCode;
import io.anyio.api.whiteboard.ListenerKind;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceObjects;
import org.osgi.framework.ServiceReference;

/**
 * The handler of one server, for as long as the server uses it: one object, or an object of its own for each connection
 * if the service has the scope prototype.
 */
final class HandlerLease {
    private static final String MISSING = "its component cannot be activated, the log of Declarative Services "
            + "tells why";

    private final BundleContext context;
    private final ServiceReference<?> reference;
    private final @Nullable Object shared;
    private final AtomicBoolean released = new AtomicBoolean();

    private HandlerLease(BundleContext context, ServiceReference<?> reference, @Nullable Object shared) {
        this.context = context;
        this.reference = reference;
        this.shared = shared;
    }

    /**
     * Gets the handler.
     *
     * @throws NotServedException if there is none behind the service
     */
    static HandlerLease get(BundleContext context, ServiceReference<?> reference, ListenerKind kind) {
        if (kind != ListenerKind.UDP
                && Constants.SCOPE_PROTOTYPE.equals(reference.getProperty(Constants.SERVICE_SCOPE))) {
            return new HandlerLease(context, reference, null);
        }
        return new HandlerLease(context, reference, shared(context, reference));
    }

    private static Object shared(BundleContext context, ServiceReference<?> reference) {
        Object shared;
        try {
            shared = context.getService(reference);
        } catch (Throwable e) {
            throw new NotServedException(FailureCode.NO_HANDLER, "its component cannot be made: " + Errors.text(e), e);
        }
        if (shared == null) {
            throw new NotServedException(FailureCode.NO_HANDLER, MISSING, null);
        }
        return shared;
    }

    /** The class of the handler, or, before there is an object, the name of its component. */
    String type() {
        if (shared != null) {
            return Bodies.nameOf(shared);
        }
        Object component = reference.getProperty("component.name");
        return component == null ? "prototype-" + reference.getProperty(Constants.SERVICE_ID) : component.toString();
    }

    void handle(SocketStream stream) throws Exception {
        if (shared instanceof ConnectionHandler handler) {
            handler.handle(stream);
        } else {
            handleWithItsOwn(stream);
        }
    }

    private void handleWithItsOwn(SocketStream stream) throws Exception {
        ServiceObjects<?> objects = context.getServiceObjects(reference);
        Object own = objects == null ? null : objects.getService();
        if (own == null) {
            throw new IllegalStateException("There is no handler for the connection: " + MISSING);
        }
        try {
            ((ConnectionHandler) own).handle(stream);
        } finally {
            release(objects, own);
        }
    }

    @SuppressWarnings("unchecked") // it is one of them
    private static <T> void release(ServiceObjects<T> objects, Object own) {
        try {
            objects.ungetService((T) own);
        } catch (IllegalStateException | IllegalArgumentException _) {
            // our bundle has stopped, or the service has been unregistered: the framework has released the object
        }
    }

    void handle(UdpPacket packet, UdpSocket socket) throws Exception {
        if (shared instanceof DatagramHandler handler) {
            handler.handle(packet, socket);
        }
    }

    boolean isReleased() {
        return released.get();
    }

    void release() {
        if (released.compareAndSet(false, true) && shared != null) {
            try {
                context.ungetService(reference);
            } catch (IllegalStateException _) {
                // our bundle has stopped meanwhile, and the framework has released the handler
            }
        }
    }
}
