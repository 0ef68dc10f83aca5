package io.anyio.itest.table;

import io.anyio.api.stream.AsyncResource;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.task.Block;
import io.anyio.api.task.NoEventLoopException;
import org.jspecify.annotations.Nullable;

/** One operation on objects that nothing else uses, and how to bring these into the states of the table. */
final class Subject {
    final Block<Exception> call;
    Block<Exception> ready = () -> {};
    Block<Exception> waitingCall;
    @Nullable
    Block<Exception> full;
    @Nullable
    Block<Exception> grant;
    @Nullable
    Block<Exception> busyWith;
    @Nullable
    AsyncResource resource;
    @Nullable
    Block<Exception> breaks;
    Class<? extends Throwable> broken = BrokenResourceException.class;
    @Nullable
    Class<? extends Throwable> elsewhere;
    @Nullable
    Class<? extends Throwable> outside = NoEventLoopException.class;
    boolean checkpoint = true;
    boolean mayThrow;
    Class<? extends Throwable> closed = ClosedResourceException.class;
    boolean lastCall;
    boolean endless;

    private Subject(Block<Exception> call) {
        this.call = call;
        this.waitingCall = call;
    }

    /** An operation that can complete at once. */
    static Subject of(Block<Exception> call) {
        return new Subject(call);
    }

    /** What brings about that a call can complete at once. */
    Subject ready(Block<Exception> action) {
        ready = action;
        return this;
    }

    /** The call waits at first; the action lets it go on. */
    Subject waits(Block<Exception> action) {
        return waits(() -> {}, action);
    }

    /** After the first action the call waits; the second one lets it go on. */
    Subject waits(Block<Exception> before, Block<Exception> action) {
        full = before;
        grant = action;
        return this;
    }

    /** The call waits until it is cancelled or its resource is closed. */
    Subject waitsForEver() {
        full = () -> {};
        endless = true;
        lastCall = true;
        return this;
    }

    /** The waiting call waits until it is cancelled, and the other one does not. */
    Subject waitsFor() {
        full = () -> {};
        return this;
    }

    /** Another call of the operation, which waits where this one would not. */
    Subject waitingCall(Block<Exception> other) {
        waitingCall = other;
        return this;
    }

    /** What can be closed, after which the call is refused. */
    Subject closes(AsyncResource what) {
        resource = what;
        return this;
    }

    /** What can be closed, and what the call throws then. */
    Subject closes(AsyncResource what, Class<? extends Throwable> error) {
        closed = error;
        return closes(what);
    }

    /** It ends something, also in a cancelled scope, and may throw the cancellation then. */
    Subject inAnyCase() {
        checkpoint = false;
        mayThrow = true;
        return this;
    }

    /** Only one task at a time may do it. */
    Subject alone() {
        return busyWith(waitingCall);
    }

    /** It is refused while another task does this, which waits. */
    Subject busyWith(Block<Exception> other) {
        busyWith = other;
        return this;
    }

    /** What breaks the resource, and what the call throws then. */
    Subject breaks(Block<Exception> action, Class<? extends Throwable> error) {
        breaks = action;
        broken = error;
        return this;
    }

    /** What a task of another loop gets. */
    Subject elsewhere(Class<? extends Throwable> error) {
        elsewhere = error;
        return this;
    }

    /** What an ordinary thread gets. */
    Subject outside(Class<? extends Throwable> error) {
        outside = error;
        return this;
    }

    /** It may be called by any thread. */
    Subject anywhere() {
        outside = null;
        return this;
    }

    /** It throws no cancellation, and so works in a cancelled scope; from any thread, if nothing else is said. */
    Subject noCheckpoint() {
        checkpoint = false;
        return this;
    }

    /** It can be done once with these objects. */
    Subject once() {
        lastCall = true;
        return this;
    }
}
