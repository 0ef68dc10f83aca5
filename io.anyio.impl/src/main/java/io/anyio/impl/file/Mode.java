package io.anyio.impl.file;

import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;

/**
 * How a file is opened.
 *
 * @param text as the caller has given it
 * @param action r, w, a or x
 * @param plus whether both reading and writing are allowed
 */
record Mode(String text, char action, boolean plus) {
    /** Parses Python's notation. The kind, b or t, must be the one that the method opens. */
    static Mode of(String call, String text, char kind) {
        if (text == null) {
            throw new NullPointerException(call + ": the mode is null");
        }
        char action = 0;
        int seen = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int place = ("rwax+" + kind).indexOf(c);
            int bit = place < 0 ? 0 : 1 << Math.max(place, 3);
            if (bit == 0 || (seen & bit) != 0) {
                throw refused(call, text, kind);
            }
            seen |= bit;
            action = place <= 3 ? c : action;
        }
        if (action == 0) {
            throw refused(call, text, kind);
        }
        return new Mode(text, action, text.indexOf('+') >= 0);
    }

    private static IllegalArgumentException refused(String call, String text, char kind) {
        return new IllegalArgumentException(call + ": there is no mode '" + text
                + "', give one of r, w, a and x, with + and " + kind + " if wanted, each at most once");
    }

    boolean reads() {
        return action == 'r' || plus;
    }

    boolean writes() {
        return action != 'r' || plus;
    }

    boolean appends() {
        return action == 'a';
    }

    Set<OpenOption> options() {
        Set<StandardOpenOption> options = EnumSet.noneOf(StandardOpenOption.class);
        if (reads()) {
            options.add(StandardOpenOption.READ);
        }
        if (writes()) {
            options.add(StandardOpenOption.WRITE);
        }
        if (action == 'x') {
            options.add(StandardOpenOption.CREATE_NEW);
        } else if (action != 'r') {
            options.add(StandardOpenOption.CREATE);
        }
        if (action == 'w') {
            options.add(StandardOpenOption.TRUNCATE_EXISTING);
        }
        return Set.copyOf(options);
    }
}
