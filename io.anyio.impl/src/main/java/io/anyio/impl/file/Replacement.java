package io.anyio.impl.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Replaces the content of a file in one step. */
final class Replacement {
    private Replacement() {}

    static void of(Path path, byte[] content) throws IOException {
        // the target of a link is replaced, not the link
        Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
        if (Files.isDirectory(target)) {
            throw Opening.isDirectory(path);
        }
        Path directory = target.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new NoSuchFileException(path.toString());
        }
        Path fresh = directory
                .resolve("." + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36) + ".new");
        try {
            write(fresh, Files.exists(target) ? target : null, content);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AccessDeniedException e) {
            AccessDeniedException named = new AccessDeniedException(path.toString(), null,
                    "its directory cannot be written to");
            named.initCause(e);
            throw named;
        } catch (IOException e) {
            throw FileWork.named(path.toString(), e);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /**
     * Writes the new content. A new file has the permissions of the umask; the replacement of a file is meanwhile
     * accessible to this user only.
     */
    private static void write(Path fresh, @Nullable Path replaced, byte[] content) throws IOException {
        PosixFileAttributeView view = replaced == null
                ? null
                : Files.getFileAttributeView(replaced, PosixFileAttributeView.class);
        FileAttribute<?>[] attributes = view == null
                ? new FileAttribute<?>[0]
                : new FileAttribute<?>[]{PosixFilePermissions.asFileAttribute(
                        EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE))};
        try (FileChannel channel = FileChannel.open(fresh,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), attributes)) {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            if (view != null) {
                Files.setPosixFilePermissions(fresh, view.readAttributes().permissions());
            }
            channel.force(true);
        }
    }
}
