package io.anyio.impl.process;

import io.anyio.api.spi.ChannelWatch;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.Reactor;
import io.anyio.api.spi.RegisteredChannel;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.task.Body;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.channel.LoopReactor;
import io.anyio.impl.task.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An owner that fails where it is told to, for the loop of the current task. */
final class FaultyOwner implements Owner {
    private final int failingChannel;
    private final boolean failingReads;
    private final boolean closed;
    private int registered;

    private FaultyOwner(int failingChannel, boolean failingReads, boolean closed) {
        this.failingChannel = failingChannel;
        this.failingReads = failingReads;
        this.closed = closed;
    }

    /** It cannot register the channel with that index. */
    static FaultyOwner ofChannel(int index) {
        return new FaultyOwner(index, false, false);
    }

    /** Its channels cannot be read. */
    static FaultyOwner ofReads() {
        return new FaultyOwner(-1, true, false);
    }

    /** It is closed while the process starts. */
    static FaultyOwner ofEnd() {
        return new FaultyOwner(-1, false, true);
    }

    @Override
    public Reactor reactor() {
        Reactor reactor = new LoopReactor(Task.current("FaultyOwner").loop);
        return channel -> {
            if (registered++ == failingChannel) {
                throw new IOException("no room");
            }
            RegisteredChannel made = reactor.register(channel);
            return failingReads ? new Unreadable(made) : made;
        };
    }

    @Override
    public ChannelWatch watch() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void register(AutoCloseable resource) {
        if (closed) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            throw new LoopClosedException("closed meanwhile");
        }
    }

    @Override
    public void unregister(AutoCloseable resource) {
        // nothing is kept
    }

    @Override
    public Holder holder() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void checkOpen() {
        // it is
    }

    @Override
    public <T extends @Nullable Object> TaskHandle<T> spawn(@Nullable String name, Body<T, ?> body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Duration graceLeft() {
        return Duration.ofSeconds(2);
    }

    @Override
    public boolean isStopping() {
        return false;
    }

    @Override
    public void close() {
        // nothing is kept
    }

    private record Unreadable(RegisteredChannel channel) implements RegisteredChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            throw new IOException("cannot be read");
        }

        @Override
        public TaskContext currentTask(String what) {
            return channel.currentTask(what);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            return channel.write(source);
        }

        @Override
        public boolean awaitReadable() {
            return channel.awaitReadable();
        }

        @Override
        public boolean awaitWritable() {
            return channel.awaitWritable();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        @Override
        public void closeWithoutWaiting() throws IOException {
            channel.closeWithoutWaiting();
        }
    }
}
