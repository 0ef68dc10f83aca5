package io.anyio.impl.file;

import io.anyio.api.sync.CapacityLimiter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Named pipes, which the operating system opens only when they have another side. */
public final class Fifo {
    private Fifo() {}

    /**
     * Whether a path is one. May block as long as the file system does.
     *
     * @param path any path
     * @return false also if there is no such file, or there are no FIFOs
     */
    public static boolean isAt(Path path) {
        return Opening.isFifo(path);
    }

    /**
     * Opens one side, and waits for the other; in a task, which can be cancelled meanwhile if this user may open both.
     *
     * @param path the FIFO
     * @param toRead which side
     * @param limiter of the worker thread that waits
     * @return what is open
     * @throws IOException if it cannot be opened
     */
    public static Closeable openSide(Path path, boolean toRead, CapacityLimiter limiter) throws IOException {
        return Opening.open(path, Mode.of("Fifo.openSide", toRead ? "r" : "a", 'b'), limiter);
    }

    /**
     * Opens both sides, which Linux does at once. While they are open, nobody waits to open one.
     *
     * @param path the FIFO
     * @return what is open
     * @throws IOException if it cannot be opened, or not both ways by this user
     */
    public static Closeable openBothSides(Path path) throws IOException {
        return Opening.openBothSides(path);
    }
}
