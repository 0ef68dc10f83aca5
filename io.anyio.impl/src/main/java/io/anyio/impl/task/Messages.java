package io.anyio.impl.task;

/** Texts that are put into the messages of others. */
final class Messages {
    private static final int LONGEST = 200;

    private Messages() {}

    /** The first line of what an error says; its own code may fail at that. */
    static String shortly(Throwable error) {
        String text;
        try {
            text = error.toString();
        } catch (RuntimeException e) {
            text = error.getClass().getName();
        }
        int end = text.indexOf('\n');
        String line = end < 0 ? text : text.substring(0, end);
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
