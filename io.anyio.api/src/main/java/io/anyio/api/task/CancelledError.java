package io.anyio.api.task;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a checkpoint in a cancelled scope; the scope that was cancelled catches it.
 *
 * <p>It is an {@link Error}, so that {@code catch (Exception e)} in a serve loop does not eat it (AnyIO: a
 * {@code BaseException}). Whoever catches it throws it on; the next checkpoint would throw a new one anyway. The
 * operation that threw it had no effect.
 */
public final class CancelledError extends Error {
    private static final long serialVersionUID = 1;

    private final transient @Nullable CancelScope scope;

    /**
     * Makes the error for one throw; there are no shared instances.
     *
     * @param scope the cancelled scope, or null if the cancellation came from outside of every scope
     * @param reason who cancelled and why
     */
    public CancelledError(@Nullable CancelScope scope, String reason) {
        super(reason);
        this.scope = scope;
    }

    /**
     * The scope that was cancelled: the outermost one that the task sees through no shield.
     *
     * @return the scope, or null if the cancellation came from outside of every scope
     */
    public @Nullable CancelScope scope() {
        return scope;
    }

    /**
     * Who cancelled, and why.
     *
     * @return the reason, which is the message too
     */
    public String reason() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
