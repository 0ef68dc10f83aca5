package io.anyio.impl.process;

import io.anyio.api.process.ProcessOptions;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.impl.file.Fifo;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The FIFOs among the files of a process's streams. The JDK opens them, and waits for their other sides meanwhile,
 * which nothing ends. So a task first opens the same sides, a wait that can be cancelled, and keeps them, with what
 * others have written. While the JDK opens them, both sides are open, so that it does not wait. Where this user may not
 * open both, it waits for other sides that have gone again.
 */
final class Fifos {
    private record Side(Path path, boolean toRead) {}

    private final List<Side> sides = new ArrayList<>();

    Fifos(ProcessOptions options) {
        add(options.stdin(), true);
        add(options.stdout(), false);
        if (!options.mergeStderr()) {
            add(options.stderr(), false);
        }
    }

    private void add(@Nullable Redirect redirect, boolean toRead) {
        File file = redirect == null ? null : redirect.file();
        if (file != null && Fifo.isAt(file.toPath())) {
            sides.add(new Side(file.toPath(), toRead));
        }
    }

    boolean isEmpty() {
        return sides.isEmpty();
    }

    /** Waits until each has its other side. In a task. */
    Closeable open(CapacityLimiter limiter) throws IOException {
        Opened opened = new Opened(new ArrayList<>());
        boolean complete = false;
        try {
            for (Side side : sides) {
                opened.all.add(Fifo.openSide(side.path, side.toRead, limiter));
            }
            complete = true;
            return opened;
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    /** Lets nobody wait for the other side of one. */
    Closeable openBothSides() {
        Opened opened = new Opened(new ArrayList<>());
        for (Side side : sides) {
            try {
                opened.all.add(Fifo.openBothSides(side.path));
            } catch (IOException _) {
                // this user may not, or there is no descriptor, as the start will say
            }
        }
        return opened;
    }

    private record Opened(List<Closeable> all) implements Closeable {
        @Override
        public void close() throws IOException {
            close(0);
        }

        private void close(int from) throws IOException {
            if (from < all.size()) {
                try (Closeable _ = all.get(from)) {
                    close(from + 1);
                }
            }
        }
    }
}
