package io.anyio.api.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A block of code that can be cancelled as a whole, with a deadline and a shield.
 *
 * {@snippet :
 * CancelScope search = AnyIO.openCancelScope(options -> options.name("search"));
 * AnyIO.createTaskGroup().run(group -> {
 *     group.spawn("user", () -> search.cancel("the window was closed"));
 *     search.run(() -> {
 *         AnyIO.sleepForever();
 *         log.add("never comes here");
 *     });
 * });
 * }
 *
 * <p>A scope is an object: it can be made, handed to other tasks, and cancelled before it is entered. It is run once. A
 * scope is <em>effectively cancelled</em> if it is cancelled itself, or if a scope around it is cancelled and no shield
 * lies between the two. Cancellation is level-triggered: every checkpoint in an effectively cancelled scope throws
 * {@link CancelledError}, not only the first one. The error ends at the outermost cancelled scope that no shield
 * separates from the checkpoint: that scope catches it.
 *
 * <p>{@link #cancel()} and the methods that read may be called from any thread; {@link #deadline(Deadline)} and
 * {@link #shield(boolean)} only by tasks of the loop on which the scope runs.
 *
 * <p>Guide: {@code docs/cancellation.md}. In AnyIO: {@code anyio.abc.CancelScope}.
 */
@ProviderType
public interface CancelScope {
    /**
     * Runs a block in this scope, in the current task. If this scope is cancelled, the block ends at its next
     * checkpoint, this method returns normally, and {@link #cancelledCaught()} is true. Not a checkpoint by itself.
     *
     * <p>In AnyIO: the {@code with} statement of the scope. Rules: CS-20 to CS-31, CS-73, CS-74 of
     * {@code docs/semantics.md}.
     *
     * @param <X> the block's checked exception
     * @param block the code
     * @throws X if the block throws it
     * @throws IllegalStateException if the scope has been run before
     * @throws CancelledError if an enclosing scope is cancelled
     */
    <X extends Exception> void run(Block<X> block) throws X;

    /**
     * Runs a body in this scope, in the current task, and returns its value; otherwise like {@link #run}.
     *
     * @param <T> the type of the value
     * @param <X> the body's checked exception
     * @param body the code
     * @param otherwise the value to return if this scope is cancelled and the body ends because of it
     * @return the body's value, or {@code otherwise}
     * @throws X if the body throws it
     * @throws IllegalStateException if the scope has been run before
     * @throws CancelledError if an enclosing scope is cancelled
     */
    <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body, T otherwise) throws X;

    /**
     * Cancels the scope and returns at once; a second call has no effect. The tasks in the scope see the cancellation
     * at their next checkpoint. Not a checkpoint; from any thread.
     *
     * <p>In AnyIO: {@code anyio.abc.CancelScope.cancel}. Rules: CS-01 to CS-19 of {@code docs/semantics.md}.
     */
    void cancel();

    /**
     * Cancels the scope for a reason, which each {@link CancelledError} reports; otherwise like {@link #cancel()}.
     *
     * <p>In AnyIO 4: {@code anyio.abc.CancelScope.cancel}. Rules: CS-78 of {@code docs/semantics.md}.
     *
     * @param reason why the scope is cancelled, for display
     */
    void cancel(String reason);

    /**
     * Asks the code in the scope to finish, and cancels the scope after a grace period. Not a checkpoint; from any
     * thread.
     *
     * <p>During the grace period {@link #finishRequested()} is true, {@link #cancelCalled()} is false, and nothing is
     * interrupted. {@link #cancel()} ends the period at once.
     *
     * <p>AnyIO has no counterpart. Rules: CS-02 of {@code docs/semantics.md}.
     *
     * @param grace how long the code may continue
     */
    void cancel(Duration grace);

    /**
     * Whether the code in this scope has been asked to finish, by {@link #cancel(Duration)} or {@link #cancel()} of
     * this scope or of one around it from which no shield protects.
     *
     * <p>AnyIO has no counterpart. Rules: CS-02 of {@code docs/semantics.md}.
     *
     * @return true if the code should finish
     */
    boolean finishRequested();

    /**
     * Whether this scope has been cancelled, by a call or by its deadline.
     *
     * <p>In AnyIO: {@code anyio.abc.CancelScope.cancel_called}. Rules: CS-03, CS-52, CS-54 of
     * {@code docs/semantics.md}.
     *
     * @return true once it is cancelled, even before the code in it has noticed
     */
    boolean cancelCalled();

    /**
     * Whether this scope itself has caught a {@link CancelledError}.
     *
     * <p>In AnyIO 4: {@code anyio.abc.CancelScope.cancelled_caught}. Rules: CS-29 to CS-31 of
     * {@code docs/semantics.md}.
     *
     * @return true if the block was cut short by this scope
     */
    boolean cancelledCaught();

    /**
     * When the scope cancels itself.
     *
     * <p>In AnyIO: {@code anyio.abc.CancelScope.deadline}. Rules: CS-49 of {@code docs/semantics.md}.
     *
     * @return the deadline; {@link Deadline#NEVER} if there is none, and, for a scope with a timeout, until it is
     * entered
     */
    Deadline deadline();

    /**
     * Moves the deadline. A deadline in the past cancels the scope, {@link Deadline#NEVER} removes the timer. A scope
     * that is cancelled stays cancelled. Not a checkpoint.
     *
     * <p>In AnyIO 4: {@code anyio.abc.CancelScope.deadline}. Rules: CS-70 to CS-72 of {@code docs/semantics.md}.
     *
     * @param deadline the new deadline
     */
    void deadline(Deadline deadline);

    /**
     * Whether the block is protected from the cancellation of enclosing scopes.
     *
     * <p>In AnyIO: {@code anyio.abc.CancelScope.shield}. Rules: CS-38 to CS-43 of {@code docs/semantics.md}.
     *
     * @return true if shielded
     */
    boolean shield();

    /**
     * Turns the shield on or off. This takes effect at once, even for tasks that are waiting. Not a checkpoint.
     *
     * <p>In AnyIO 4: {@code anyio.abc.CancelScope.shield}. Rules: CS-44 to CS-46 of {@code docs/semantics.md}.
     *
     * @param shield whether to protect the block
     */
    void shield(boolean shield);
}
