package io.anyio.api.file;

import io.anyio.api.stream.AsyncResource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Iterator;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An open text file. One task at a time may use it. A call that finds what it needs in the buffer is done at once;
 * other calls are done in worker threads.
 *
 * {@snippet :
 * for (String line : file) {
 *     longest = Math.max(longest, line.length());
 * }
 * }
 *
 * <p>A call in a cancelled scope throws before the file is touched. A call that has begun is not abandoned: a cancelled
 * caller waits for its end, and nothing interrupts it.
 *
 * <p>Guide: {@code docs/files.md}. In AnyIO: {@code anyio.AsyncFile}. Rules: FI-01 to FI-17 of
 * {@code docs/semantics.md}.
 */
@ProviderType
public interface AsyncTextFile extends AsyncResource, Iterable<String> {
    /**
     * Reads everything up to the end of the file. A checkpoint.
     *
     * <p>Rules: FI-05 of {@code docs/semantics.md}.
     *
     * @return what is left, an empty string at the end of the file
     * @throws java.nio.charset.CharacterCodingException if the next bytes cannot be decoded, and errors are reported;
     * the next call continues after them
     * @throws IOException if the operating system reports an error
     * @throws UnsupportedOperationException if the mode of the file does not allow reading
     * @throws io.anyio.api.stream.ClosedResourceException if the file is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task uses the file
     */
    String read() throws IOException;

    /**
     * Reads a number of characters, and fewer only at the end of the file. A checkpoint. If the last one is the first
     * half of a surrogate pair, the second half is read as well.
     *
     * @param maxCharacters how many characters, at least 0
     * @return the characters; an empty string at the end of the file
     * @throws IllegalArgumentException if the number is negative
     * @throws java.nio.charset.CharacterCodingException if the next bytes cannot be decoded, and errors are reported;
     * the next call continues after them
     * @throws IOException if the operating system reports an error
     * @throws UnsupportedOperationException if the mode of the file does not allow reading
     * @throws io.anyio.api.stream.ClosedResourceException if the file is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task uses the file
     */
    String read(int maxCharacters) throws IOException;

    /**
     * Reads a line. A checkpoint.
     *
     * @return the line with its separator, which the last line of a file may lack; an empty string at the end of the
     * file
     * @throws java.nio.charset.CharacterCodingException if the next bytes cannot be decoded, and errors are reported;
     * the next call continues after them
     * @throws IOException if the operating system reports an error
     * @throws UnsupportedOperationException if the mode of the file does not allow reading
     * @throws io.anyio.api.stream.ClosedResourceException if the file is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task uses the file
     */
    String readLine() throws IOException;

    /**
     * Reads all lines up to the end of the file. A checkpoint.
     *
     * @return the lines, as {@link #readLine} returns them
     * @throws java.nio.charset.CharacterCodingException if the next bytes cannot be decoded, and errors are reported;
     * the next call continues after them
     * @throws IOException if the operating system reports an error
     * @throws UnsupportedOperationException if the mode of the file does not allow reading
     * @throws io.anyio.api.stream.ClosedResourceException if the file is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task uses the file
     */
    List<String> readLines() throws IOException;

    /**
     * Iterates over the lines up to the end of the file, as {@link #readLine} returns them. An {@link IOException} is
     * thrown as the cause of an {@link java.io.UncheckedIOException}.
     *
     * <p>Rules: FI-07 of {@code docs/semantics.md}.
     *
     * @return an iterator whose methods read, for one task
     */
    @Override
    Iterator<String> iterator();

    /**
     * Writes a text, into the buffer if it has room. A checkpoint.
     *
     * @param text the text, in which each {@code \n} is written as the newline rule of the file says
     * @throws java.nio.charset.CharacterCodingException if a character cannot be encoded, and errors are reported;
     * nothing has been written
     * @throws IOException if the operating system reports an error
     * @throws UnsupportedOperationException if the mode of the file does not allow writing
     * @throws io.anyio.api.stream.ClosedResourceException if the file is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task uses the file
     */
    void write(String text) throws IOException;

    /**
     * Writes several texts one after the other, without anything between them. A checkpoint.
     *
     * @param lines what to write
     * @throws java.nio.charset.CharacterCodingException if a character cannot be encoded, and errors are reported;
     * nothing has been written
     * @throws IOException if the operating system reports an error
     * @throws UnsupportedOperationException if the mode of the file does not allow writing
     * @throws io.anyio.api.stream.ClosedResourceException if the file is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task uses the file
     */
    void writeLines(Iterable<String> lines) throws IOException;

    /**
     * Cuts the file off at the current position, or extends it to there. The position stays. A checkpoint.
     *
     * @return the new size, in bytes
     * @throws IOException if the operating system reports an error
     * @throws UnsupportedOperationException if the mode of the file does not allow writing
     * @throws io.anyio.api.stream.ClosedResourceException if the file is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task uses the file
     */
    long truncate() throws IOException;

    /**
     * Cuts the file off, or extends it with zeros. The position stays. A checkpoint.
     *
     * @param size the new size, in bytes
     * @return the new size, in bytes
     * @throws IllegalArgumentException if the size is negative
     * @throws IOException if the operating system reports an error
     * @throws UnsupportedOperationException if the mode of the file does not allow writing
     * @throws io.anyio.api.stream.ClosedResourceException if the file is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task uses the file
     */
    long truncate(long size) throws IOException;

    /**
     * Goes to a position that {@link #tell} has returned, or to 0. A checkpoint.
     *
     * @param position the position
     * @return the position
     * @throws IllegalArgumentException if the position is negative
     * @throws UnsupportedOperationException if the charset has states (ISO-2022-JP), and the position is neither the
     * beginning nor the end
     * @throws IOException if the operating system reports an error
     * @throws io.anyio.api.stream.ClosedResourceException if the file is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task uses the file
     */
    default long seek(long position) throws IOException {
        return seek(position, SeekFrom.START);
    }

    /**
     * Goes to a position. A checkpoint.
     *
     * @param offset a position that {@link #tell} has returned, or 0; 0 if it is not counted from the beginning
     * @param from what the offset is counted from
     * @return the position
     * @throws IllegalArgumentException if the position is negative, or the offset is not 0 and is not counted from the
     * beginning
     * @throws UnsupportedOperationException if the charset has states (ISO-2022-JP), and the position is neither the
     * beginning nor the end
     * @throws IOException if the operating system reports an error
     * @throws io.anyio.api.stream.ClosedResourceException if the file is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task uses the file
     */
    long seek(long offset, SeekFrom from) throws IOException;

    /**
     * Returns a position to which {@link #seek(long)} can go back. A checkpoint.
     *
     * @return the position, in bytes from the beginning of the file
     * @throws IOException if the operating system reports an error
     * @throws io.anyio.api.stream.ClosedResourceException if the file is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task uses the file
     */
    long tell() throws IOException;

    /**
     * Gives what is in the buffer to the operating system. A checkpoint.
     *
     * @throws IOException if the operating system reports an error
     * @throws io.anyio.api.stream.ClosedResourceException if the file is closed
     * @throws io.anyio.api.sync.BusyResourceException if another task uses the file
     */
    void flush() throws IOException;

    /**
     * Whether the file has been closed. From any thread; not a checkpoint.
     *
     * @return true from the beginning of the close on
     */
    boolean isClosed();

    /**
     * The mode with which the file was opened. From any thread; not a checkpoint.
     *
     * @return the mode, as it was given
     */
    String mode();

    /**
     * The channel on which the file works. It does not know what is in the buffer: call {@link #flush} before you use
     * it. An interrupt of a thread that uses it closes it. From any thread; not a checkpoint.
     *
     * <p>In AnyIO: {@code anyio.AsyncFile.wrapped}. Rules: FI-10 and FI-11 of {@code docs/semantics.md}.
     *
     * @return the channel
     */
    FileChannel wrapped();

    /**
     * Writes what is in the buffer and closes the file, also if the task is cancelled. If another task uses the file,
     * its call ends with a {@link io.anyio.api.stream.ClosedResourceException}, and what is in the buffer is lost. A
     * checkpoint that does not throw for a cancellation; from any thread.
     *
     * @throws IOException if what is in the buffer cannot be written; the file is closed all the same
     */
    @Override
    void close() throws IOException;
}
