package io.anyio.api.process;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Options of a process.
 *
 * <p>The standard streams are given as {@link Redirect}s: {@link Redirect#PIPE} for a stream in this program,
 * {@link Redirect#DISCARD} for the null device, {@link Redirect#INHERIT} for that of this JVM, or a file.
 *
 * @param stdin where the process reads from; null for a pipe in {@link Processes#openProcess}, and for the null device,
 * or a pipe with the input, in {@link Processes#runProcess}
 * @param stdout where it writes its output to
 * @param stderr where it writes its errors to
 * @param mergeStderr whether the errors go where the output goes
 * @param input what {@link Processes#runProcess} sends to the standard input, or null
 * @param check whether {@link Processes#runProcess} throws if the exit code is not zero
 * @param directory the working directory, or null for that of this JVM
 * @param environment all environment variables, or null for those of this JVM
 * @param grace how long a process whose task is cancelled has to end after {@code SIGTERM}, in the system's time; then
 * it is killed. Zero kills it at once
 * @param killDescendants whether the descendants of a process are ended with it, if it is ended by a cancellation
 */
@SuppressWarnings("ArrayRecordComponent") // options are not compared
public record ProcessOptions(@Nullable Redirect stdin, Redirect stdout, Redirect stderr, boolean mergeStderr,
        byte @Nullable [] input, boolean check, @Nullable Path directory, @Nullable Map<String, String> environment,
        Duration grace, boolean killDescendants) {
    /** Pipes, the directory and environment of this JVM, 5 seconds of grace, and a check of the exit code. */
    public static final ProcessOptions DEFAULT = new ProcessOptions(null, Redirect.PIPE, Redirect.PIPE, false, null,
            true, null, null, Duration.ofSeconds(5), false);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the grace is negative, a redirect has the wrong direction, or there are both
     * a standard input and an input
     */
    public ProcessOptions {
        Objects.requireNonNull(stdout, "ProcessOptions: stdout is null, give Redirect.DISCARD for the null device");
        Objects.requireNonNull(stderr, "ProcessOptions: stderr is null, give Redirect.DISCARD for the null device");
        Objects.requireNonNull(grace, "ProcessOptions: the grace is null, give Duration.ZERO for none");
        if (grace.isNegative()) {
            throw new IllegalArgumentException("The grace is negative: " + grace + ", give Duration.ZERO for none");
        }
        if (stdin != null && !stdin.equals(Redirect.DISCARD) && isOutput(stdin)) {
            throw new IllegalArgumentException("stdin cannot be " + stdin + ": give PIPE, DISCARD, INHERIT or from");
        }
        if (stdout.type() == Redirect.Type.READ || stderr.type() == Redirect.Type.READ) {
            throw new IllegalArgumentException("stdout and stderr cannot be read from a file: give PIPE, DISCARD, "
                    + "INHERIT, to or appendTo, not " + (stdout.type() == Redirect.Type.READ ? stdout : stderr));
        }
        if (stdin != null && input != null) {
            throw new IllegalArgumentException("There is an input of " + input.length + " bytes, and stdin is " + stdin
                    + ": give only one of them");
        }
        environment = environment == null ? null : Map.copyOf(environment);
    }

    private static boolean isOutput(Redirect redirect) {
        return redirect.type() == Redirect.Type.WRITE || redirect.type() == Redirect.Type.APPEND;
    }

    /**
     * Sets the standard input.
     *
     * @param value where the process reads from
     * @return new options
     * @throws IllegalArgumentException if it is a file to be written to, or there is an input
     */
    public ProcessOptions stdin(Redirect value) {
        return new ProcessOptions(Objects.requireNonNull(value, "ProcessOptions.stdin: the redirect is null"), stdout,
                stderr, mergeStderr, input, check, directory, environment, grace, killDescendants);
    }

    /**
     * Sets the standard output.
     *
     * @param value where the process writes its output to
     * @return new options
     * @throws IllegalArgumentException if it is a file to be read from
     */
    public ProcessOptions stdout(Redirect value) {
        return new ProcessOptions(stdin, value, stderr, mergeStderr, input, check, directory, environment, grace,
                killDescendants);
    }

    /**
     * Sets the standard error.
     *
     * @param value where the process writes its errors to
     * @return new options
     * @throws IllegalArgumentException if it is a file to be read from
     */
    public ProcessOptions stderr(Redirect value) {
        return new ProcessOptions(stdin, stdout, value, mergeStderr, input, check, directory, environment, grace,
                killDescendants);
    }

    /**
     * Sets whether the errors go where the output goes.
     *
     * @param value true for one stream of both
     * @return new options
     */
    public ProcessOptions mergeStderr(boolean value) {
        return new ProcessOptions(stdin, stdout, stderr, value, input, check, directory, environment, grace,
                killDescendants);
    }

    /**
     * Sets what {@link Processes#runProcess} sends to the standard input, which ends with it.
     *
     * @param value the bytes, which must not change while the process runs
     * @return new options
     * @throws IllegalArgumentException if a standard input is set
     */
    public ProcessOptions input(byte[] value) {
        return new ProcessOptions(stdin, stdout, stderr, mergeStderr,
                Objects.requireNonNull(value, "ProcessOptions.input: the bytes are null"), check, directory,
                environment, grace, killDescendants);
    }

    /**
     * Sets whether {@link Processes#runProcess} throws if the exit code is not zero.
     *
     * @param value false to get the code
     * @return new options
     */
    public ProcessOptions check(boolean value) {
        return new ProcessOptions(stdin, stdout, stderr, mergeStderr, input, value, directory, environment, grace,
                killDescendants);
    }

    /**
     * Sets the working directory.
     *
     * @param value an existing directory
     * @return new options
     */
    public ProcessOptions directory(Path value) {
        return new ProcessOptions(stdin, stdout, stderr, mergeStderr, input, check,
                Objects.requireNonNull(value, "ProcessOptions.directory: the path is null"), environment, grace,
                killDescendants);
    }

    /**
     * Sets all environment variables. To add to those of this JVM, copy {@code System.getenv()}.
     *
     * @param value the variables
     * @return new options
     */
    public ProcessOptions environment(Map<String, String> value) {
        return new ProcessOptions(stdin, stdout, stderr, mergeStderr, input, check, directory,
                Objects.requireNonNull(value, "ProcessOptions.environment: the map is null"), grace, killDescendants);
    }

    /**
     * Sets how long a process has to end after {@code SIGTERM} if its task is cancelled.
     *
     * @param value the time; zero kills it at once, as AnyIO does
     * @return new options
     * @throws IllegalArgumentException if it is negative
     */
    public ProcessOptions grace(Duration value) {
        return new ProcessOptions(stdin, stdout, stderr, mergeStderr, input, check, directory, environment, value,
                killDescendants);
    }

    /**
     * Sets whether descendants are ended with the process, if it is ended by a cancellation.
     *
     * @param value true to end them, too
     * @return new options
     */
    public ProcessOptions killDescendants(boolean value) {
        return new ProcessOptions(stdin, stdout, stderr, mergeStderr, input, check, directory, environment, grace,
                value);
    }

    @Override
    public String toString() {
        return "ProcessOptions[stdin=" + stdin + ", stdout=" + stdout + ", stderr=" + stderr + ", directory="
                + directory + ", grace=" + grace + "]";
    }
}
