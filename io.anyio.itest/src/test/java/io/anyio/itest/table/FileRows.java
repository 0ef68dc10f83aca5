package io.anyio.itest.table;

import io.anyio.api.AnyIO;
import io.anyio.api.file.AsyncFile;
import io.anyio.api.file.AsyncFiles;
import io.anyio.api.file.AsyncTextFile;
import io.anyio.api.file.SeekFrom;
import io.anyio.api.file.TemporaryPath;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Files. */
final class FileRows {
    private FileRows() {}

    private static AsyncFiles files() {
        return AnyIO.service(AsyncFiles.class);
    }

    static void add(Rows rows) {
        opening(rows.kind("files", AsyncFiles.class));
        bytes(rows.kind("file", AsyncFile.class));
        text(rows.kind("text file", AsyncTextFile.class));
        rows.kind("temporary path", TemporaryPath.class).row("close()",
                stage -> Subject.of(stage.closing(files().createTemporaryDirectory("rows"))::close).inAnyCase()
                        .anywhere());
    }

    private static Path path(Stage stage) throws IOException {
        return stage.closing(files().createTemporaryFile("rows", "")).path();
    }

    // ---- the service

    private static void opening(Rows.Kind kind) {
        opening(kind, "openFile(Path, String)", path -> files().openFile(path, "w").close());
        opening(kind, "openFile(String, String)", path -> files().openFile(path.toString(), "w").close());
        opening(kind, "openFile(Path, String, UnaryOperator)", path -> files().openFile(path, "w", o -> o).close());
        opening(kind, "openTextFile(Path, String)", path -> files().openTextFile(path, "w").close());
        opening(kind, "openTextFile(String, String)", path -> files().openTextFile(path.toString(), "w").close());
        opening(kind, "openTextFile(Path, String, UnaryOperator)",
                path -> files().openTextFile(path, "w", o -> o).close());
        opening(kind, "openReadStream(Path)", path -> files().openReadStream(path).close());
        opening(kind, "openWriteStream(Path, boolean)", path -> files().openWriteStream(path, true).close());
        opening(kind, "createTemporaryFile(String, String)", _ -> files().createTemporaryFile("rows", "").close());
        opening(kind, "createTemporaryDirectory(String)", _ -> files().createTemporaryDirectory("rows").close());
        opening(kind, "deleteTree(Path)", path -> files().deleteTree(path));
        opening(kind, "replaceFile(Path, byte[])", path -> files().replaceFile(path, new byte[1]));
    }

    private static void opening(Rows.Kind kind, String operation, BlockWith<Path, IOException> block) {
        kind.row(operation, stage -> {
            Path path = path(stage);
            return Subject.of(() -> block.run(path));
        });
    }

    // ---- open files

    private static void bytes(Rows.Kind kind) {
        bytes(kind, "read()", AsyncFile::read);
        bytes(kind, "read(int)", file -> file.read(1));
        bytes(kind, "read1(int)", file -> file.read1(1));
        bytes(kind, "readInto(ByteBuffer)", file -> file.readInto(ByteBuffer.allocate(1)));
        bytes(kind, "readInto1(ByteBuffer)", file -> file.readInto1(ByteBuffer.allocate(1)));
        bytes(kind, "readLine()", AsyncFile::readLine);
        bytes(kind, "readLines()", AsyncFile::readLines);
        bytes(kind, "iterator()", FileRows::hasNext);
        bytes(kind, "write(byte[])", file -> file.write(new byte[1]));
        bytes(kind, "write(ByteBuffer)", file -> file.write(ByteBuffer.allocate(1)));
        bytes(kind, "writeLines(Iterable)", file -> file.writeLines(List.of(new byte[1])));
        bytes(kind, "truncate()", AsyncFile::truncate);
        bytes(kind, "truncate(long)", file -> file.truncate(1));
        bytes(kind, "seek(long)", file -> file.seek(1));
        bytes(kind, "seek(long, SeekFrom)", file -> file.seek(0, SeekFrom.END));
        bytes(kind, "tell()", AsyncFile::tell);
        bytes(kind, "flush()", AsyncFile::flush);
        kind.row("close()", stage -> Subject.of(files().openFile(path(stage), "r")::close).inAnyCase().anywhere());
    }

    private static void bytes(Rows.Kind kind, String operation, BlockWith<AsyncFile, IOException> block) {
        kind.row(operation, stage -> {
            CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
            AsyncFile file = stage
                    .closing(files().openFile(path(stage), "r+", o -> o.buffering(0).limiter(limiter)));
            return subject(() -> block.run(file), file, limiter, file::flush);
        });
    }

    private static void text(Rows.Kind kind) {
        text(kind, "read()", AsyncTextFile::read);
        text(kind, "read(int)", file -> file.read(1));
        text(kind, "readLine()", AsyncTextFile::readLine);
        text(kind, "readLines()", AsyncTextFile::readLines);
        text(kind, "iterator()", FileRows::hasNext);
        text(kind, "write(String)", file -> file.write("a"));
        text(kind, "writeLines(Iterable)", file -> file.writeLines(List.of("a", "b")));
        text(kind, "truncate()", AsyncTextFile::truncate);
        text(kind, "truncate(long)", file -> file.truncate(1));
        text(kind, "seek(long)", file -> file.seek(0));
        text(kind, "seek(long, SeekFrom)", file -> file.seek(0, SeekFrom.END));
        text(kind, "tell()", AsyncTextFile::tell);
        text(kind, "flush()", AsyncTextFile::flush);
        kind.row("close()", stage -> Subject.of(files().openTextFile(path(stage), "r")::close).inAnyCase().anywhere());
    }

    private static void text(Rows.Kind kind, String operation, BlockWith<AsyncTextFile, IOException> block) {
        kind.row(operation, stage -> {
            CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
            AsyncTextFile file = stage.closing(files().openTextFile(path(stage), "r+", o -> o.limiter(limiter)));
            return subject(() -> block.run(file), file, limiter, file::flush);
        });
    }

    /** Another task is busy with the file as long as it waits for the limiter's token. */
    private static Subject subject(Block<Exception> call, AsyncResource file, CapacityLimiter limiter,
            Block<Exception> slow) {
        return Subject.of(call).closes(file).busyWith(() -> {
            limiter.acquireOnBehalfOf(file);
            slow.run();
        });
    }

    private static void hasNext(Iterable<?> file) throws IOException {
        try {
            boolean _ = file.iterator().hasNext();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
