package io.anyio.impl.loop;

/** Where a thread is, for a log. */
public final class StackText {
    private StackText() {}

    /**
     * Each frame of a thread's stack on a line of its own.
     *
     * @param thread any thread
     * @return the lines; empty if the thread has ended
     */
    public static String of(Thread thread) {
        StringBuilder text = new StringBuilder();
        for (StackTraceElement element : thread.getStackTrace()) {
            text.append("\n\tat ").append(element);
        }
        return text.toString();
    }
}
