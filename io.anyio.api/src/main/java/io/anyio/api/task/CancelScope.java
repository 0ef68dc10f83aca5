package io.anyio.api.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A block of code that can be cancelled as a whole, with a deadline and a shield.
 *
 * <p>A scope is an object: it can be made, handed out, cancelled before it is entered, and is run once. <em>Effectively
 * cancelled</em> is a scope that is cancelled itself or lies, through no shield, in one that is. Cancellation is
 * level-triggered: each checkpoint in an effectively cancelled scope throws {@link CancelledError}, any number of
 * times. The outermost cancelled scope that is seen through no shield swallows it.
 *
 * <p>{@link #cancel()} and the readers may be called from any thread; the setters from tasks of the loop on which the
 * scope runs.
 */
@ProviderType
public interface CancelScope {
    /**
     * Runs a block in this scope, in the current task. A cancellation of this scope ends the block and is swallowed
     * here: {@link #cancelledCaught()}.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @throws X if the block throws it
     * @throws IllegalStateException if the scope was run before
     * @throws CancelledError if an enclosing scope is cancelled
     */
    <X extends Exception> void run(Block<X> block) throws X;

    /**
     * Runs a body in this scope, in the current task, and returns its value.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @param otherwise the value if this scope was cancelled and swallowed that
     * @return the body's value, or {@code otherwise}
     * @throws X if the body throws it
     * @throws IllegalStateException if the scope was run before
     * @throws CancelledError if an enclosing scope is cancelled
     */
    <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body, T otherwise) throws X;

    /** Cancels the scope and returns at once; a second call changes nothing. From any thread. */
    void cancel();

    /**
     * Cancels the scope for a reason, which stands in each {@link CancelledError}. From any thread.
     *
     * @param reason why, for people
     */
    void cancel(String reason);

    /**
     * Asks the code in the scope to finish, and cancels the scope when the grace has passed. From any thread.
     *
     * <p>Until then {@link #cancelCalled()} is false, {@link #finishRequested()} true, and nothing is interrupted;
     * {@link #cancel()} always wins.
     *
     * @param grace how long the code may go on
     */
    void cancel(Duration grace);

    /**
     * Whether {@link #cancel(Duration)} or {@link #cancel()} asked the code in this scope, or in one around it through
     * no shield, to finish.
     *
     * @return true if the code should come to its end
     */
    boolean finishRequested();

    /**
     * Whether the scope was cancelled, by a call or by its deadline.
     *
     * @return true after the cancel
     */
    boolean cancelCalled();

    /**
     * Whether this very scope swallowed a {@link CancelledError}.
     *
     * @return true if the block was cut short by this scope
     */
    boolean cancelledCaught();

    /**
     * When the scope is cancelled by itself.
     *
     * @return the deadline; {@link Deadline#NEVER} if there is none. Before the scope is entered a relative timeout is
     * not yet counted
     */
    Deadline deadline();

    /**
     * Moves the deadline, at once effective: one in the past cancels, {@link Deadline#NEVER} stops the timer. It never
     * takes a cancellation back.
     *
     * @param deadline the new deadline
     */
    void deadline(Deadline deadline);

    /**
     * Whether the block is protected from cancellation of the enclosing scopes.
     *
     * @return true if shielded
     */
    boolean shield();

    /**
     * Turns the shield on or off, at once effective, also for tasks that wait.
     *
     * @param shield whether to protect the block
     */
    void shield(boolean shield);
}
