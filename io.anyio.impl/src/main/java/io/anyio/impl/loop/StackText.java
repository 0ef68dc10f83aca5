package io.anyio.impl.loop;

/** The stack of a thread, for a log. */
public final class StackText {
    private StackText() {}

    /**
     * Lists a thread's stack, one frame on each line.
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
