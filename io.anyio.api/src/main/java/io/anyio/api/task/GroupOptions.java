package io.anyio.api.task;

/**
 * Options for making a task group.
 *
 * @param strict whether a single error also leaves in an {@link ExceptionGroup}, as in AnyIO 4 and Trio
 */
public record GroupOptions(boolean strict) {
    /** A single error leaves as itself. */
    public static final GroupOptions DEFAULT = new GroupOptions(false);

    /**
     * Sets whether a single error also leaves in an {@link ExceptionGroup}.
     *
     * @param value true if it does
     * @return new options
     */
    public GroupOptions strict(boolean value) {
        return new GroupOptions(value);
    }
}
