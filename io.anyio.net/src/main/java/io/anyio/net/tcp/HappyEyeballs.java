package io.anyio.net.tcp;

import io.anyio.api.net.ConnectionFailedException;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.Tentative;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.socket.SocketAttributes;
import java.io.Closeable;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Connects to one of several addresses (RFC 8305, section 5): an attempt begins when the previous one has failed, or
 * has not succeeded within the delay. The first one that succeeds ends the others.
 *
 * @param <S> the connections
 */
final class HappyEyeballs<S extends Closeable> {
    private final Attempt<S> attempt;
    private final Duration delay;

    /** One attempt: a checkpoint that leaves nothing open when it throws. */
    @FunctionalInterface
    interface Attempt<S> {
        S connect(InetSocketAddress remote) throws IOException;
    }

    HappyEyeballs(Attempt<S> attempt, Duration delay) {
        this.attempt = attempt;
        this.delay = delay;
    }

    /**
     * The first IPv6 address, the first IPv4 address, and the others in the order of the resolver, which has sorted
     * them by RFC 6724.
     */
    static List<InetAddress> inOrder(List<InetAddress> resolved) {
        List<InetAddress> rest = new ArrayList<>(resolved);
        List<InetAddress> order = new ArrayList<>(resolved.size());
        moveFirst(rest, order, Inet6Address.class::isInstance);
        moveFirst(rest, order, address -> !(address instanceof Inet6Address));
        order.addAll(rest);
        return order;
    }

    private static void moveFirst(List<InetAddress> from, List<InetAddress> to, Predicate<InetAddress> kind) {
        from.stream().filter(kind).findFirst().ifPresent(address -> {
            from.remove(address);
            to.add(address);
        });
    }

    S connect(TaskContext task, String target, List<InetSocketAddress> addresses) throws IOException {
        if (addresses.size() == 1) {
            try {
                return attempt.connect(addresses.getFirst());
            } catch (IOException e) {
                throw failed(target, addresses, e);
            }
        }
        Race race = new Race(addresses);
        try (Tentative made = new Tentative(race::abandon)) {
            task.createTaskGroup(RuntimeException.class, GroupOptions.DEFAULT).run(group -> race.run(task, group));
            S winner = race.winner;
            if (winner == null) {
                throw failed(target, addresses,
                        new ExceptionGroup(Arrays.stream(race.errors).filter(Objects::nonNull).toList()));
            }
            return made.keep(winner);
        }
    }

    private static ConnectionFailedException failed(String target, List<InetSocketAddress> addresses, Exception cause) {
        String tried = String.join(", ",
                addresses.stream().map(address -> address.getAddress().getHostAddress()).toList());
        return new ConnectionFailedException(
                "All connection attempts to " + target + " failed (" + tried + "): " + cause.getMessage(), cause);
    }

    /** The attempts of one call, which are tasks of one loop. */
    private final class Race {
        final List<InetSocketAddress> addresses;
        final @Nullable Throwable[] errors;
        @Nullable
        S winner;

        Race(List<InetSocketAddress> addresses) {
            this.addresses = addresses;
            this.errors = new Throwable[addresses.size()];
        }

        void run(TaskContext task, TaskGroup<?> group) {
            for (int i = 0; i < addresses.size() && winner == null; i++) {
                int index = i;
                TaskHandle<?> started = group.spawn("connect to " + SocketAttributes.text(addresses.get(i)),
                        () -> attempt(index, group));
                if (i + 1 < addresses.size()) {
                    task.openCancelScope(ScopeOptions.DEFAULT.timeout(delay)).run(started::awaitEnd);
                }
            }
        }

        private void attempt(int index, TaskGroup<?> group) {
            try {
                S connection = attempt.connect(addresses.get(index));
                if (winner != null) {
                    connection.close();
                    return;
                }
                winner = connection;
                group.cancel();
            } catch (IOException e) {
                errors[index] = e;
            }
        }

        /** The call was cancelled after a connection was made, which the caller does not get. */
        void abandon() throws IOException {
            if (winner != null) {
                winner.close();
            }
        }
    }
}
