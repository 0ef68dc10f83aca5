package io.anyio.api.task;

/**
 * How a task group is made.
 *
 * @param strict whether even one error leaves in an {@link ExceptionGroup} (as in AnyIO 4 and Trio)
 */
public record GroupOptions(boolean strict) {
    /** One error leaves as itself. */
    public static final GroupOptions DEFAULT = new GroupOptions(false);

    /**
     * Sets strictness.
     *
     * @param value whether even one error leaves in a group
     * @return new options
     */
    public GroupOptions strict(boolean value) {
        return new GroupOptions(value);
    }
}
