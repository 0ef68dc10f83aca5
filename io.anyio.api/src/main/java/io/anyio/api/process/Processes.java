package io.anyio.api.process;

import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Runs other programs in processes.
 *
 * {@snippet :
 * CompletedProcess listing = processes.runProcess(List.of("ls", "-l", "/tmp"));
 * String text = listing.output();
 * }
 *
 * <p>A command is a list of a program and its arguments, or a string for the shell ({@code sh -c}, on Windows
 * {@code cmd /c}). Never put untrusted text into a string: use a list.
 *
 * <p>A component gets this service by {@code @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED)}. Then its processes
 * end with it, within the grace of the bundle; with a plain reference they end with the bundle. In plain Java,
 * {@code AnyIO.service(Processes.class)} returns this service.
 *
 * <p>Guide: {@code docs/processes.md}. In AnyIO: {@code anyio.run_process} and {@code anyio.open_process}.
 */
@ProviderType
public interface Processes {
    /**
     * Runs a process with default options, see {@link #runProcess(List, UnaryOperator)}.
     *
     * @param command the program and its arguments
     * @return what it has written
     * @throws CalledProcessException if the exit code is not zero
     * @throws IOException if it cannot be started
     */
    default CompletedProcess runProcess(List<String> command) throws IOException {
        return runProcess(command, options -> options);
    }

    /**
     * Runs a process until it has ended and its output and errors have been read. A checkpoint. If it is cancelled or
     * fails, the process gets {@code SIGTERM}, after the grace of its options {@code SIGKILL}, and is waited for before
     * the error is thrown.
     *
     * <p>A process that ends without reading all its input is no error. If it leaves a child behind that holds its
     * output, the call waits for that child.
     *
     * @param command the program and its arguments
     * @param options changes the options
     * @return what it has written, if that went to pipes
     * @throws CalledProcessException if the exit code is not zero, unless the options say that it is not checked
     * @throws java.nio.file.NoSuchFileException if the program or the working directory does not exist
     * @throws java.nio.file.AccessDeniedException if the program may not be executed, or is a directory
     * @throws IOException if it cannot be started for another reason
     * @throws IllegalArgumentException if the command is empty or has a NUL character
     */
    CompletedProcess runProcess(List<String> command, UnaryOperator<ProcessOptions> options) throws IOException;

    /**
     * Runs a command of the shell with default options, see {@link #runProcess(List, UnaryOperator)}.
     *
     * @param shellCommand the command
     * @return what it has written
     * @throws CalledProcessException if the exit code is not zero
     * @throws IOException if it cannot be started
     */
    default CompletedProcess runProcess(String shellCommand) throws IOException {
        return runProcess(shellCommand, options -> options);
    }

    /**
     * Runs a command of the shell, see {@link #runProcess(List, UnaryOperator)}.
     *
     * @param shellCommand the command
     * @param options changes the options
     * @return what it has written, if that went to pipes
     * @throws CalledProcessException if the exit code is not zero, unless the options say that it is not checked
     * @throws IOException if it cannot be started
     * @throws IllegalArgumentException if the command has a NUL character
     */
    CompletedProcess runProcess(String shellCommand, UnaryOperator<ProcessOptions> options) throws IOException;

    /**
     * Starts a process with default options, see {@link #openProcess(List, UnaryOperator)}.
     *
     * @param command the program and its arguments
     * @return the process
     * @throws IOException if it cannot be started
     */
    default ChildProcess openProcess(List<String> command) throws IOException {
        return openProcess(command, options -> options);
    }

    /**
     * Starts a process. A checkpoint, before it begins: once a process is being started, a cancellation waits until the
     * next checkpoint, and the call returns the process.
     *
     * @param command the program and its arguments
     * @param options changes the options; an input is for {@link #runProcess} only
     * @return the process, to be closed
     * @throws java.nio.file.NoSuchFileException if the program or the working directory does not exist
     * @throws java.nio.file.AccessDeniedException if the program may not be executed, or is a directory
     * @throws IOException if it cannot be started for another reason
     * @throws IllegalArgumentException if the command is empty or has a NUL character, or there is an input
     */
    ChildProcess openProcess(List<String> command, UnaryOperator<ProcessOptions> options) throws IOException;

    /**
     * Starts a command of the shell with default options, see {@link #openProcess(List, UnaryOperator)}.
     *
     * @param shellCommand the command
     * @return the process
     * @throws IOException if it cannot be started
     */
    default ChildProcess openProcess(String shellCommand) throws IOException {
        return openProcess(shellCommand, options -> options);
    }

    /**
     * Starts a command of the shell, see {@link #openProcess(List, UnaryOperator)}.
     *
     * @param shellCommand the command
     * @param options changes the options; an input is for {@link #runProcess} only
     * @return the process, to be closed
     * @throws IOException if it cannot be started
     * @throws IllegalArgumentException if the command has a NUL character, or there is an input
     */
    ChildProcess openProcess(String shellCommand, UnaryOperator<ProcessOptions> options) throws IOException;
}
