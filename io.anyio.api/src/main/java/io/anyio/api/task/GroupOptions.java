package io.anyio.api.task;

/**
 * Options for making a task group.
 *
 * {@snippet :
 * AnyIO.createTaskGroup(IOException.class, o -> o.loops(0)).run(group -> {
 *     for (String part : parts) {
 *         group.spawn("sum of " + part, () -> {
 *             total.addAndGet(sum(part));
 *         });
 *     }
 * });
 * }
 *
 * <p>Guide: {@code docs/cores.md}.
 *
 * @param strict whether a single error also leaves in an {@link ExceptionGroup}, as in AnyIO 4 and Trio
 * @param loops on how many loops the children run; 1 for the loop of the host only, 0 for as many as there are
 * processors
 */
public record GroupOptions(boolean strict, int loops) {
    /** A single error leaves as itself, and all children run on the loop of the host. */
    public static final GroupOptions DEFAULT = new GroupOptions(false, 1);

    /** Checks the options. */
    public GroupOptions {
        if (loops < 0) {
            throw new IllegalArgumentException("The option loops of the task group is " + loops
                    + ": give at least 1, or 0 for as many loops as there are processors");
        }
    }

    /**
     * Sets whether a single error also leaves in an {@link ExceptionGroup}.
     *
     * @param value true if it does
     * @return new options
     */
    public GroupOptions strict(boolean value) {
        return new GroupOptions(value, loops);
    }

    /**
     * Lets the children run on several loops of the component, bundle or run to which the host belongs: each on the
     * loop with the fewest of them. Loops that do not exist yet are opened, and end with the first one.
     *
     * <p>Everything else is as on one loop: the group ends with its last child, its scope cancels all of them, and
     * their errors are those of one group. But two children may run at the same time. Locks, events, memory streams and
     * sockets may be shared; other objects that both change need a lock of Java, or belong to one of them.
     * {@code start} starts its child on the loop of the host.
     *
     * <p>Entering such a group is a checkpoint.
     *
     * @param value the number of loops; 1 for the loop of the host only, 0 for as many as there are processors
     * @return new options
     * @throws IllegalArgumentException if it is negative
     */
    public GroupOptions loops(int value) {
        return new GroupOptions(strict, value);
    }
}
