package io.anyio.impl.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Why the system does not execute a program. It gives a number only, which may be about the working directory, the
 * program, or the interpreter that the first line of a script names.
 */
final class Refusal {
    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int ENOTDIR = 20;

    /** How many characters of the first line Linux reads, and how many interpreters one after the other. */
    private static final int LINE = 256;
    private static final int DEPTH = 5;

    private final String program;
    private final @Nullable Path directory;
    private final int number;
    private final Predicate<Path> executable;

    Refusal(String program, @Nullable Path directory, int number) {
        this(program, directory, number, Files::isExecutable);
    }

    /**
     * For tests, which root runs.
     *
     * @param executable whether this user may execute a file, or enter a directory
     */
    Refusal(String program, @Nullable Path directory, int number, Predicate<Path> executable) {
        this.program = program;
        this.directory = directory;
        this.number = number;
        this.executable = executable;
    }

    /** The exception that says it; null if the number itself says most. */
    @Nullable
    FileSystemException exception() {
        boolean denied = number == EACCES;
        if (directory != null && denied && !executable.test(directory)) {
            return new AccessDeniedException(directory.toString(), null,
                    "this user may not enter the working directory of '" + program + "'");
        }
        if (directory != null && !denied && !Files.isDirectory(directory)) {
            return new NoSuchFileException(directory.toString(), null,
                    "the working directory of '" + program + "' does not exist, or is no directory");
        }
        if (!denied && number != ENOENT && number != ENOTDIR) {
            return null;
        }
        Path file = find();
        String interpreter = null;
        for (int i = 0; file != null && i < DEPTH; i++) {
            String next = interpreter(file);
            if (next == null) {
                break;
            }
            interpreter = next;
            file = resolved(next);
        }
        String what = interpreter == null ? "" : "its interpreter '" + interpreter + "' ";
        if (denied) {
            return new AccessDeniedException(program, null, denial(file, what));
        }
        return new NoSuchFileException(program, null, absence(file, what));
    }

    private String denial(@Nullable Path file, String interpreter) {
        if (file != null && Files.isDirectory(file)) {
            return interpreter.isEmpty() ? "a directory cannot be executed" : interpreter + "is a directory";
        }
        return (interpreter.isEmpty() ? "it " : interpreter) + "may not be executed by this user";
    }

    private String absence(@Nullable Path file, String interpreter) {
        if (file != null && Files.exists(file)) {
            return (interpreter.isEmpty() ? "it " : interpreter) + "is there, but what is to load it is not";
        }
        return interpreter.isEmpty()
                ? "there is no such program" + (isSearched() ? ", look at the PATH of this JVM" : "")
                : interpreter + "does not exist";
    }

    private boolean isSearched() {
        return program.indexOf(File.separatorChar) < 0;
    }

    /** The file of the program, where the system looks for it; null if there is none. */
    private @Nullable Path find() {
        if (!isSearched()) {
            return resolved(program);
        }
        Path denied = null;
        for (String folder : String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1)) {
            Path file = resolved(folder.isEmpty() ? program : folder + File.separator + program);
            if (file != null && Files.exists(file)) {
                if (executable.test(file) && !Files.isDirectory(file)) {
                    return file;
                }
                denied = denied == null ? file : denied;
            }
        }
        return denied;
    }

    private @Nullable Path resolved(String name) {
        try {
            return (directory == null ? Path.of("") : directory).resolve(name);
        } catch (InvalidPathException _) {
            return null;
        }
    }

    /** What the first line of a script says is to run it; null if the file is no script, or cannot be read. */
    private static @Nullable String interpreter(Path file) {
        // a FIFO would be waited for
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try (InputStream in = Files.newInputStream(file)) {
            String line = new String(in.readNBytes(LINE), StandardCharsets.UTF_8).lines().findFirst().orElse("");
            String name = line.startsWith("#!") ? line.substring(2).strip().split("[ \\t]", 2)[0] : "";
            return name.isEmpty() ? null : name;
        } catch (IOException _) {
            return null;
        }
    }
}
