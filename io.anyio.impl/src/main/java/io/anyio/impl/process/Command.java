package io.anyio.impl.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks commands, and explains failed starts. */
final class Command {
    private static final boolean WINDOWS = File.separatorChar == '\\';

    /** The JDK's message with the error number of the system. */
    private static final Pattern ERROR = Pattern.compile("(?:Exec failed, )?error[:=] ?(\\d+)");

    /** How many characters of a command a message shows. */
    private static final int SHOWN = 200;

    private Command() {}

    static List<String> ofShell(String what, String command) {
        Objects.requireNonNull(command, what + ": the command is null");
        return checked(what, WINDOWS ? List.of("cmd", "/c", command) : List.of("/bin/sh", "-c", command));
    }

    static List<String> of(String what, List<String> command) {
        Objects.requireNonNull(command, what + ": the command is null");
        if (command.isEmpty()) {
            throw new IllegalArgumentException(what + ": the command is empty, give a program and its arguments");
        }
        for (int i = 0; i < command.size(); i++) {
            Objects.requireNonNull(command.get(i), what + ": part " + i + " of the command is null");
        }
        return checked(what, List.copyOf(command));
    }

    private static List<String> checked(String what, List<String> command) {
        if (command.getFirst().isEmpty()) {
            throw new IllegalArgumentException(what + ": the name of the program is empty, in " + command);
        }
        for (int i = 0; i < command.size(); i++) {
            int nul = command.get(i).indexOf('\0');
            if (nul >= 0) {
                throw new IllegalArgumentException(what + ": part " + i + " of the command has a NUL character at "
                        + nul + ", which no program can get: '" + command.get(i).replace("\0", "\\0") + "'");
            }
        }
        return command;
    }

    /** Makes the exception for a command that could not be started. */
    static IOException failure(List<String> command, @Nullable Path directory, IOException e) {
        String program = command.getFirst();
        // further lines of the JDK are about its own launcher
        String problem = String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage()).lines().findFirst()
                .orElse("").strip();
        Matcher error = ERROR.matcher(problem);
        int number = error.lookingAt() ? Integer.parseInt(error.group(1)) : 0;
        FileSystemException known = number == 0 ? null : new Refusal(program, directory, number).exception();
        if (known == null) {
            return new IOException("The command '" + shown(command) + "' cannot be started: " + problem, e);
        }
        known.initCause(e);
        return known;
    }

    private static String shown(List<String> command) {
        String all = String.join(" ", command);
        return all.length() <= SHOWN ? all : all.substring(0, SHOWN) + "...";
    }
}
