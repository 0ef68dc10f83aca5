package io.anyio.impl.file;

import io.anyio.api.file.AsyncFile;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.file.AsyncTextFile;
import io.anyio.api.file.FileOptions;
import io.anyio.api.file.TemporaryPath;
import io.anyio.api.spi.Options;
import io.anyio.api.spi.OwnLimiter;
import io.anyio.api.spi.Owner;
import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.Tentative;
import io.anyio.api.stream.ByteReceiveStream;
import io.anyio.api.stream.ByteSendStream;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Body;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The service {@link AsyncFiles} for one owner. */
public class OwnedFiles implements AsyncFiles {
    private static final int THREADS = 40;

    private final Owner owner;
    private final OwnLimiter threads = new OwnLimiter(THREADS);

    /**
     * Makes the service.
     *
     * @param owner the owner of its files
     */
    public OwnedFiles(Owner owner) {
        this.owner = owner;
    }

    /** Begins a call. A checkpoint. */
    private CapacityLimiter begin(String call, @Nullable CapacityLimiter chosen) {
        TaskContext task = TaskContext.current(call);
        task.checkpoint();
        owner.checkOpen();
        return chosen == null ? threads.of(task.runtime()) : chosen;
    }

    private static <F extends FileHandle> F owned(F file) {
        file.belongToOwner();
        return file;
    }

    @Override
    public AsyncFile openFile(Path path, String mode, UnaryOperator<FileOptions> options) throws IOException {
        String call = "AsyncFiles.openFile";
        Objects.requireNonNull(path, "AsyncFiles.openFile: the path is null");
        FileOptions chosen = Options.chosen(call, FileOptions.DEFAULT, options);
        Mode read = Mode.of(call, mode, 'b');
        return opened(begin(call, chosen.limiter()), path, read,
                (opened, holder, limiter) -> ByteFile.of(opened, holder, limiter, chosen.buffering()));
    }

    @Override
    public AsyncTextFile openTextFile(Path path, String mode, UnaryOperator<FileOptions> options) throws IOException {
        String call = "AsyncFiles.openTextFile";
        Objects.requireNonNull(path, "AsyncFiles.openTextFile: the path is null");
        FileOptions chosen = Options.chosen(call, FileOptions.DEFAULT, options);
        Mode read = Mode.of(call, mode, 't');
        if (chosen.buffering() == 0) {
            throw new IllegalArgumentException(call + ": a text file needs a buffer, but buffering is 0");
        }
        if (read.writes() && !chosen.charset().canEncode()) {
            throw new IllegalArgumentException(call + ": the charset " + chosen.charset()
                    + " can only be decoded, not encoded: choose another one to write");
        }
        return opened(begin(call, chosen.limiter()), path, read,
                (opened, holder, limiter) -> TextFile.of(opened, holder, limiter, chosen));
    }

    @Override
    public AsyncFile wrapFile(FileChannel channel, String mode, UnaryOperator<FileOptions> options) {
        String call = "AsyncFiles.wrapFile";
        Objects.requireNonNull(channel, "AsyncFiles.wrapFile: the channel is null");
        FileOptions chosen = Options.chosen(call, FileOptions.DEFAULT, options);
        Mode read = Mode.of(call, mode, 'b');
        CapacityLimiter limiter = chosen.limiter();
        return owned(ByteFile.of(new Opened("a wrapped channel", read, channel, null), owner,
                limiter == null ? threads.of(TaskContext.current(call).runtime()) : limiter, chosen.buffering()));
    }

    @Override
    public ByteReceiveStream openReadStream(Path path) throws IOException {
        return openStream("AsyncFiles.openReadStream", path, "r", ReadStream::new);
    }

    @Override
    public ByteSendStream openWriteStream(Path path, boolean append) throws IOException {
        return openStream("AsyncFiles.openWriteStream", path, append ? "a" : "w", WriteStream::new);
    }

    private <F extends FileHandle> F openStream(String call, Path path, String mode, Maker<F> maker)
            throws IOException {
        Objects.requireNonNull(path, "AsyncFiles: the path of a stream is null");
        return opened(begin(call, null), path, Mode.of(call, mode, 'b'), maker);
    }

    /** Opens a file, and makes what tasks see of it. */
    private <F extends FileHandle> F opened(CapacityLimiter limiter, Path path, Mode mode, Maker<F> maker)
            throws IOException {
        Opened opened = Opening.open(path, mode, limiter);
        try (Tentative opening = new Tentative(opened)) {
            return opening.keep(owned(maker.make(opened, owner, limiter)));
        }
    }

    /**
     * Makes what tasks see of an open file.
     *
     * @param <F> what it makes
     */
    @FunctionalInterface
    private interface Maker<F> {
        F make(Opened opened, Owner owner, CapacityLimiter limiter);
    }

    @Override
    public TemporaryPath createTemporaryFile(String prefix, String suffix) throws IOException {
        String call = "AsyncFiles.createTemporaryFile";
        checkPart(call, "prefix", prefix);
        checkPart(call, "suffix", suffix);
        return temporary(call, () -> Files.createTempFile(prefix, suffix));
    }

    @Override
    public TemporaryPath createTemporaryDirectory(String prefix) throws IOException {
        String call = "AsyncFiles.createTemporaryDirectory";
        checkPart(call, "prefix", prefix);
        return temporary(call, () -> Files.createTempDirectory(prefix));
    }

    private static void checkPart(String call, String which, String part) {
        Objects.requireNonNull(part, () -> call + ": the " + which + " is null, give an empty one");
        if (Path.of(part).getNameCount() > 1 || Path.of(part).isAbsolute()) {
            throw new IllegalArgumentException(
                    call + ": the " + which + " '" + part + "' cannot be part of a name, leave out the directories");
        }
    }

    private TemporaryPath temporary(String call, Body<Path, IOException> make) throws IOException {
        CapacityLimiter limiter = begin(call, null);
        Temporary made = new Temporary(FileWork.call(limiter, make), owner, limiter);
        made.belongToOwner();
        return made;
    }

    @Override
    public void deleteTree(Path path) throws IOException {
        Objects.requireNonNull(path, "AsyncFiles.deleteTree: the path is null");
        FileWork.run(begin("AsyncFiles.deleteTree", null), () -> Tree.delete(path));
    }

    @Override
    public void replaceFile(Path path, byte[] content) throws IOException {
        Objects.requireNonNull(path, "AsyncFiles.replaceFile: the path is null");
        Objects.requireNonNull(content, "AsyncFiles.replaceFile: the content is null");
        FileWork.run(begin("AsyncFiles.replaceFile", null), () -> Replacement.of(path, content));
    }
}
