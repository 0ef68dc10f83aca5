package io.anyio.impl.file;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Deletes a file or a directory with all that is in it. */
final class Tree extends SimpleFileVisitor<Path> {
    private @Nullable IOException first;

    static void delete(Path root) throws IOException {
        Tree tree = new Tree();
        Files.walkFileTree(root, tree);
        if (tree.first != null) {
            throw tree.first;
        }
    }

    private FileVisitResult deleted(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            failed(e);
        }
        return FileVisitResult.CONTINUE;
    }

    private void failed(IOException e) {
        if (first == null) {
            first = e;
        }
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        return deleted(file);
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
        if (!(e instanceof NoSuchFileException)) {
            failed(e);
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
        return deleted(directory);
    }
}
