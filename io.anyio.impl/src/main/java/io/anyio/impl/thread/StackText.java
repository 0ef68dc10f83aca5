package io.anyio.impl.thread;

/** Where a thread is, for a log. */
final class StackText {
    private StackText() {}

    /** Each frame of a thread's stack on a line of its own; empty if the thread has ended. */
    static String of(Thread thread) {
        StringBuilder text = new StringBuilder();
        for (StackTraceElement element : thread.getStackTrace()) {
            text.append("\n\tat ").append(element);
        }
        return text.toString();
    }
}
