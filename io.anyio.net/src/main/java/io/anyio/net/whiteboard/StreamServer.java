package io.anyio.net.whiteboard;

import io.anyio.api.net.ListenOptions;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.UnixListenOptions;
import io.anyio.api.spi.Bodies;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.stream.ServeOptions;
import io.anyio.api.stream.ServeStatistics;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.whiteboard.ListenerKind;
import io.anyio.net.OwnedListeners;
import io.anyio.net.settings.EndpointSettings;
import io.anyio.net.tls.EncryptingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server of connections, over TCP or UNIX sockets. Its connections are in a group of its task. */
final class StreamServer extends Server<EncryptingListener> {
    private final TlsContexts contexts;
    private final ServeStatistics statistics = new ServeStatistics();
    private volatile ServeOptions options;
    private volatile @Nullable EncryptingListener listener;
    private volatile @Nullable TaskGroup<RuntimeException> connections;

    StreamServer(EndpointSettings settings, HandlerLease handler, Owner owner, TlsContexts contexts, Runnable changes) {
        super(settings, handler, owner, changes);
        this.contexts = contexts;
        this.options = optionsOf(settings);
    }

    private ServeOptions optionsOf(EndpointSettings settings) {
        return settings.limits().name(name).statistics(statistics);
    }

    @Override
    void change(EndpointSettings changed) {
        contexts.obtain(changed.tls());
        super.change(changed);
        options = optionsOf(changed);
        EncryptingListener serving = listener;
        if (serving != null) {
            serving.wakeUp();
        }
    }

    @Override
    public EncryptingListener bind() throws IOException {
        EndpointSettings.Socket wanted = settings().socket();
        OwnedListeners listeners = new OwnedListeners(owner);
        SocketListener opened = wanted.endpoint().kind() == ListenerKind.UNIX
                ? listeners.unix(Path.of(wanted.endpoint().host()),
                        _ -> new UnixListenOptions(wanted.permissions(), wanted.backlog(), wanted.deleteAtClose()))
                : listeners.tcp(wanted.endpoint().port(), _ -> ListenOptions.DEFAULT.host(wanted.endpoint().host())
                        .backlog(wanted.backlog()).reusePort(wanted.reusePort()));
        return new EncryptingListener(opened, this::session, owner);
    }

    private Optional<EncryptingListener.Session> session() {
        String tls = settings().tls();
        return tls.isEmpty() ? Optional.empty() : Optional.of(contexts.session(tls));
    }

    @Override
    public int portOf(EncryptingListener open) {
        return open.port();
    }

    @Override
    public void drain(EncryptingListener open) throws IOException {
        open.drain();
    }

    @Override
    void serve(EncryptingListener open) throws IOException {
        listener = open;
        TaskGroup<RuntimeException> group = Objects.requireNonNull(connections);
        untilRetired(Bodies.of(() -> open.serve(handler::handle, group, _ -> options)));
    }

    @Override
    void during(Block<RuntimeException> work) {
        GroupOptions spanning = GroupOptions.DEFAULT.loops(settings().socket().loops());
        TaskContext.current("a server").createTaskGroup(RuntimeException.class, spanning).run(group -> {
            connections = group;
            work.run();
        });
    }

    @Override
    void finish(Duration limit) {
        TaskGroup<RuntimeException> group = connections;
        if (group != null) {
            CancelScope scope = group.cancelScope();
            scope.cancel(limit);
        }
    }

    @Override
    Figures figures() {
        return new Figures((int) statistics.active(), statistics.accepted(), statistics.handlerFailures(),
                statistics.peerFailures(), statistics.idle(), statistics.left());
    }
}
