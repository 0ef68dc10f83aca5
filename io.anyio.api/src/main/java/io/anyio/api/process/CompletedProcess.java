package io.anyio.api.process;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A process that has ended, and what it has written.
 *
 * <p>As {@code CompletedProcess} of Python, which AnyIO returns.
 *
 * @param command the program and its arguments, or the shell's with the command
 * @param returnCode the exit code; 128 + N if signal N has ended the process
 * @param stdout what it has written to its standard output, or null if that was no pipe
 * @param stderr what it has written to its standard error, or null if that was no pipe
 */
@SuppressWarnings("ArrayRecordComponent") // two results are not compared
public record CompletedProcess(List<String> command, int returnCode, byte @Nullable [] stdout,
        byte @Nullable [] stderr) {
    /** Copies the command. Not a compact constructor: javac forgets the annotations of arrays there. */
    public CompletedProcess(List<String> command, int returnCode, byte @Nullable [] stdout, byte @Nullable [] stderr) {
        this.command = List.copyOf(Objects.requireNonNull(command, "CompletedProcess: the command is null"));
        this.returnCode = returnCode;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /**
     * The standard output as UTF-8.
     *
     * @return the text, empty if the output was no pipe
     */
    public String output() {
        return stdout == null ? "" : new String(stdout, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "CompletedProcess[" + String.join(" ", command) + ", returnCode=" + returnCode + "]";
    }
}
