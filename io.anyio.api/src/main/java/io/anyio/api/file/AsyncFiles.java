package io.anyio.api.file;

import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteSendStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Opens files.
 *
 * {@snippet :
 * try (AsyncTextFile file = files.openTextFile(path, "w")) {
 *     file.write("first line\n");
 *     file.write("second line\n");
 * }
 * }
 *
 * <p>A mode is one of {@code r} (read; the file must exist), {@code w} (write; the file is emptied or created),
 * {@code a} (write at the end; the file is created if need be) and {@code x} (write; the file must not exist). With
 * {@code +} the file can be both read and written.
 *
 * <p>A component gets this service by {@code @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED)}. Then what it opens
 * is closed with it; with a plain reference it is closed with the bundle. In plain Java,
 * {@code AnyIO.service(AsyncFiles.class)} returns this service, and what it opens is closed at the latest with the run
 * of the task that opened it. Its methods are for tasks; all of them but {@link #wrapFile} are checkpoints. They work
 * in worker threads that nothing interrupts, under a limiter of their own, so that they do not keep other calls in
 * worker threads waiting.
 *
 * <p>Guide: {@code docs/files.md}. In AnyIO: {@code anyio.open_file}.
 */
@ProviderType
public interface AsyncFiles {
    /**
     * Opens a file of bytes with the default options; otherwise like {@link #openFile(Path, String, UnaryOperator)}.
     *
     * @param path the path
     * @param mode the mode
     * @return the file
     * @throws IOException as there
     * @throws IllegalArgumentException if there is no such mode
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    default AsyncFile openFile(Path path, String mode) throws IOException {
        return openFile(path, mode, options -> options);
    }

    /**
     * Opens a file of bytes whose path is given as text, with the default options; otherwise like
     * {@link #openFile(Path, String, UnaryOperator)}.
     *
     * @param path the path
     * @param mode the mode
     * @return the file
     * @throws IOException as there
     * @throws IllegalArgumentException if there is no such mode, or the text cannot be a path
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    default AsyncFile openFile(String path, String mode) throws IOException {
        return openFile(Path.of(Objects.requireNonNull(path, "AsyncFiles.openFile: the path is null")), mode);
    }

    /**
     * Opens a file of bytes. A checkpoint. A cancelled call waits until the operating system has opened the file, and
     * then returns it; the wait for the other side of a FIFO is ended, and leaves nothing open.
     *
     * <p>In AnyIO: {@code anyio.open_file}. Rules: FI-01 and FI-12 of {@code docs/semantics.md}.
     *
     * @param path the path
     * @param mode one of {@code r}, {@code w}, {@code a} and {@code x}, with {@code +} and {@code b} if wanted
     * @param options changes the default options
     * @return the file
     * @throws java.nio.file.NoSuchFileException if there is no such file or directory
     * @throws java.nio.file.FileAlreadyExistsException if the mode is {@code x} and the file exists
     * @throws java.nio.file.AccessDeniedException if the process may not open the file
     * @throws IOException if the path is a directory, or the operating system opens no file for another reason
     * @throws IllegalArgumentException if there is no such mode
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    AsyncFile openFile(Path path, String mode, UnaryOperator<FileOptions> options) throws IOException;

    /**
     * Opens a text file with the default options; otherwise like {@link #openTextFile(Path, String, UnaryOperator)}.
     *
     * @param path the path
     * @param mode the mode
     * @return the file
     * @throws IOException as there
     * @throws IllegalArgumentException if there is no such mode
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    default AsyncTextFile openTextFile(Path path, String mode) throws IOException {
        return openTextFile(path, mode, options -> options);
    }

    /**
     * Opens a text file whose path is given as text, with the default options; otherwise like
     * {@link #openTextFile(Path, String, UnaryOperator)}.
     *
     * @param path the path
     * @param mode the mode
     * @return the file
     * @throws IOException as there
     * @throws IllegalArgumentException if there is no such mode, or the text cannot be a path
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    default AsyncTextFile openTextFile(String path, String mode) throws IOException {
        return openTextFile(Path.of(Objects.requireNonNull(path, "AsyncFiles.openTextFile: the path is null")), mode);
    }

    /**
     * Opens a text file. A checkpoint, which a cancellation ends like {@link #openFile(Path, String, UnaryOperator)
     * openFile}.
     *
     * <p>AnyIO differs: whether a file is one of text or of bytes is told by the method, not by the mode. Rules: FI-13
     * and FI-14 of {@code docs/semantics.md}.
     *
     * @param path the path
     * @param mode one of {@code r}, {@code w}, {@code a} and {@code x}, with {@code +} and {@code t} if wanted
     * @param options changes the default options
     * @return the file
     * @throws java.nio.file.NoSuchFileException if there is no such file or directory
     * @throws java.nio.file.FileAlreadyExistsException if the mode is {@code x} and the file exists
     * @throws java.nio.file.AccessDeniedException if the process may not open the file
     * @throws IOException if the path is a directory, or the operating system opens no file for another reason
     * @throws IllegalArgumentException if there is no such mode, if there is to be no buffer, or if the file is to be
     * written in a charset that can only be decoded
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    AsyncTextFile openTextFile(Path path, String mode, UnaryOperator<FileOptions> options) throws IOException;

    /**
     * Makes a file of a channel, which is closed with it. Not a checkpoint.
     *
     * <p>In AnyIO 4: {@code anyio.wrap_file}. Rules: FI-15 of {@code docs/semantics.md}.
     *
     * @param channel an open channel
     * @param mode how it was opened; without {@code a}, unless the channel appends
     * @param options changes the default options
     * @return the file
     * @throws IllegalArgumentException if there is no such mode
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped; the
     * channel is closed then
     */
    AsyncFile wrapFile(FileChannel channel, String mode, UnaryOperator<FileOptions> options);

    /**
     * Opens a file to receive its bytes. A checkpoint, which a cancellation ends like
     * {@link #openFile(Path, String, UnaryOperator) openFile}. The stream reads ahead.
     *
     * <p>In AnyIO 4: {@code anyio.streams.file.FileReadStream}.
     *
     * @param path the path
     * @return the stream
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws IOException if the operating system does not open the file for another reason
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    ByteReceiveStream openReadStream(Path path) throws IOException;

    /**
     * Opens a file to send bytes to it. A checkpoint, which a cancellation ends like
     * {@link #openFile(Path, String, UnaryOperator) openFile}. Small amounts are collected, so that an error may be
     * thrown by a later send or by the close. A stream whose send was cancelled has sent nothing of it, or all.
     *
     * <p>In AnyIO 4: {@code anyio.streams.file.FileWriteStream}.
     *
     * @param path the path
     * @param append whether the bytes are written to the end; otherwise the file is emptied first
     * @return the stream
     * @throws java.nio.file.NoSuchFileException if there is no such directory
     * @throws IOException if the operating system does not open the file for another reason
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    ByteSendStream openWriteStream(Path path, boolean append) throws IOException;

    /**
     * Makes an empty file in the directory for temporary files, which only this user may read. A checkpoint; a call
     * that fails leaves nothing.
     *
     * <p>In AnyIO 4: {@code anyio.NamedTemporaryFile}, since 4.9.
     *
     * @param prefix what its name begins with
     * @param suffix what its name ends with
     * @return the file, deleted when it is closed
     * @throws IOException if it cannot be made
     * @throws IllegalArgumentException if the prefix or suffix cannot be part of a name
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    TemporaryPath createTemporaryFile(String prefix, String suffix) throws IOException;

    /**
     * Makes a directory in the directory for temporary files, which only this user may read. A checkpoint; a call that
     * fails leaves nothing.
     *
     * <p>In AnyIO 4: {@code anyio.TemporaryDirectory}, since 4.9.
     *
     * @param prefix what its name begins with
     * @return the directory, deleted with all that is in it when it is closed
     * @throws IOException if it cannot be made
     * @throws IllegalArgumentException if the prefix cannot be part of a name
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    TemporaryPath createTemporaryDirectory(String prefix) throws IOException;

    /**
     * Deletes a file, or a directory with all that is in it. Symbolic links are deleted, not followed. It is no error
     * if there is no such file. A checkpoint; a cancelled caller waits until everything is deleted.
     *
     * @param path the path
     * @throws IOException if something cannot be deleted; the rest is deleted all the same
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    void deleteTree(Path path) throws IOException;

    /**
     * Replaces the content of a file, or makes a file, in one step: others see the old content or the new one, never a
     * part, also if the task is cancelled or the machine stops. The new file has the permissions of the old one where
     * the file system knows such. A checkpoint; a call that fails leaves the old content and nothing else.
     *
     * @param path the path
     * @param content the new content, which must not change during the call
     * @throws IOException if the new content cannot be written, or the file system cannot replace a file in one step
     * @throws io.anyio.api.task.LoopClosedException if the component or bundle that holds this service has stopped
     */
    void replaceFile(Path path, byte[] content) throws IOException;
}
