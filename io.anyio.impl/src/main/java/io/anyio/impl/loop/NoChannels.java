package io.anyio.impl.loop;

import io.anyio.impl.poll.Poller;
import io.anyio.impl.poll.Registration;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The poller of a loop that broke: it knows no channels.
 *
 * <p>It never waits for long, so it need not be woken: another thread may still have the closed poller, which cannot
 * wake the loop.
 */
final class NoChannels extends Poller {
    private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(5);

    @Override
    public Registration prepare(SelectableChannel channel) {
        throw new ClosedSelectorException();
    }

    @Override
    public boolean hasChannels() {
        return false;
    }

    @Override
    public int selectNow() {
        return 0;
    }

    @Override
    public int select(long nanos) {
        boolean _ = Thread.interrupted();
        LockSupport.parkNanos(this, Math.min(nanos, LONGEST_WAIT));
        return 0;
    }

    @Override
    public void flush() {}

    @Override
    public void wakeup() {}

    @Override
    public void close(@Nullable Throwable cause) {}
}
