package io.anyio.api.process;

import io.anyio.api.stream.AsyncResource;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteSendStream;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A process that was started by {@link Processes#openProcess}.
 *
 * {@snippet :
 * try (ChildProcess sed = processes.openProcess(List.of("sed", "-u", "s/^/- /"), o -> o.stderr(Redirect.INHERIT));
 *         TextReceiveStream answers = new TextReceiveStream(sed.stdout())) {
 *     try (TextSendStream questions = new TextSendStream(sed.stdin())) {
 *         questions.send("one\n");
 *         assertEquals("- one\n", answers.receive());
 *     }
 *     assertEquals(0, sed.waitFor());
 * }
 * }
 *
 * <p>Use it in a try-with-resources statement. All methods may be called from any task; those that do not wait, from
 * any thread.
 *
 * <p>Guide: {@code docs/processes.md}. In AnyIO: {@code anyio.abc.Process}.
 */
@ProviderType
public interface ChildProcess extends AsyncResource {
    /**
     * Returns the id that the operating system has given to the process.
     *
     * @return the id
     */
    long pid();

    /**
     * Returns the command.
     *
     * @return the program and its arguments
     */
    List<String> command();

    /**
     * Returns the exit code, without waiting.
     *
     * @return null while the process runs; the code of its exit; 128 + N if signal N has ended it, which cannot be told
     * apart from an exit with that code
     */
    @Nullable
    Integer returnCode();

    /**
     * Waits until the process has ended, even if others still hold its streams. A checkpoint; if it is cancelled, the
     * process continues.
     *
     * @return the exit code, see {@link #returnCode}
     */
    int waitFor();

    /** Asks the process to end, by {@code SIGTERM}. Without effect after its end. Not a checkpoint. */
    void terminate();

    /** Ends the process, by {@code SIGKILL}. Without effect after its end. Not a checkpoint. */
    void kill();

    /**
     * Sends a signal. Without effect after the end of the process. Not a checkpoint. Signals other than {@code SIGTERM}
     * and {@code SIGKILL} are sent by the shell, which takes some milliseconds.
     *
     * @param signal its number, such as 1 for {@code SIGHUP}
     * @throws IllegalArgumentException if there is no signal with that number
     * @throws IOException if it cannot be sent
     */
    void sendSignal(int signal) throws IOException;

    /**
     * The stream to the standard input of the process. Closing it ends the input.
     *
     * @return the stream, or null if the standard input is no pipe
     */
    @Nullable
    ByteSendStream stdin();

    /**
     * The stream from the standard output of the process.
     *
     * @return the stream, or null if the standard output is no pipe
     */
    @Nullable
    ByteReceiveStream stdout();

    /**
     * The stream from the standard error of the process.
     *
     * @return the stream, or null if the standard error is no pipe, or is merged into the output
     */
    @Nullable
    ByteReceiveStream stderr();

    /**
     * Closes the streams, and waits until the process has ended. It gets no signal: one that reads its input gets the
     * end of it, and one that writes gets {@code SIGPIPE}. If this call is cancelled, the process is terminated, killed
     * after the grace of its options, and waited for. On a thread that is no task it blocks, and an interrupt has the
     * same effect as a cancellation.
     *
     * @throws IOException if a stream could not be closed; the process has ended all the same
     */
    @Override
    void close() throws IOException;
}
