package io.anyio.impl.loop;

import io.anyio.impl.poll.Poller;
import io.anyio.impl.poll.Registration;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/** A poller that breaks its loop at the moment that a test chooses. */
public final class BreakingPoller extends Poller {
    private final Poller poller;
    private final Error fault = new LinkageError("made by a test");
    private volatile boolean breaks;

    private BreakingPoller(Poller poller) {
        this.poller = poller;
    }

    /** Gives a loop such a poller. In the loop, before it has channels. */
    public static BreakingPoller of(Loop loop) {
        BreakingPoller breaking = new BreakingPoller(loop.poller);
        loop.poller = breaking;
        // the loop's thread has been waiting in the other one
        breaking.poller.wakeup();
        return breaking;
    }

    /** From now on it can select no more. Makes no object. */
    public void breakLoop() {
        breaks = true;
        wakeup();
    }

    private void failIfBroken() {
        if (breaks) {
            throw fault;
        }
    }

    @Override
    public Registration prepare(SelectableChannel channel) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean hasChannels() {
        return false;
    }

    @Override
    public int selectNow() {
        failIfBroken();
        return poller.selectNow();
    }

    @Override
    public int select(long nanos) {
        failIfBroken();
        int found = poller.select(nanos);
        failIfBroken();
        return found;
    }

    @Override
    public void flush() {}

    @Override
    public void wakeup() {
        poller.wakeup();
    }

    @Override
    public void close(@Nullable Throwable cause) {
        poller.close(cause);
    }
}
