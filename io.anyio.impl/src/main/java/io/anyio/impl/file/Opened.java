package io.anyio.impl.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * The channels of an open file. The JDK has no channel that both reads and appends, hence the second one.
 *
 * @param name the path, for messages
 * @param mode how it was opened
 * @param channel reads and writes
 * @param appending writes if the mode is to append, and it is a regular file
 */
record Opened(String name, Mode mode, FileChannel channel, @Nullable FileChannel appending) implements Closeable {
    @Override
    public void close() throws IOException {
        try (FileChannel _ = appending) {
            channel.close();
        }
    }
}
