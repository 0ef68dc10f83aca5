package io.anyio.api.task;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a checkpoint in a cancelled scope; the scope that was cancelled catches it.
 *
 * <p>It is an {@link Error}, so that {@code catch (Exception e)} in a server's loop does not stop it on its way to the
 * scope (in AnyIO it is a {@code BaseException}). Code that catches it must throw it again; if it does not, the next
 * checkpoint throws a new one. The operation that threw it had no effect, unless its documentation says otherwise.
 *
 * <p>Guide: {@code docs/cancellation.md}. In AnyIO: {@code anyio.get_cancelled_exc_class}.
 */
public final class CancelledError extends Error {
    private static final long serialVersionUID = 1;

    private final transient @Nullable CancelScope scope;

    /**
     * Makes the error for one throw. Instances are never shared.
     *
     * @param scope the cancelled scope, or null if the cancellation came from outside all scopes
     * @param reason what was cancelled and why
     */
    public CancelledError(@Nullable CancelScope scope, String reason) {
        super(reason);
        this.scope = scope;
    }

    /**
     * The scope that was cancelled: the outermost one from which no shield protects the task.
     *
     * @return the scope, or null if the cancellation came from outside all scopes
     */
    public @Nullable CancelScope scope() {
        return scope;
    }

    /**
     * What was cancelled, and why.
     *
     * @return the reason, which is also the message
     */
    public String reason() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
