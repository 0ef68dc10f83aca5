package io.anyio.itest.exam;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.FileEntry;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Sends what the launcher inside reports to the {@link Replay} outside. */
final class Recorder implements TestExecutionListener, AutoCloseable {

    private final Socket socket;
    private final ObjectOutputStream out;

    Recorder(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        out = new ObjectOutputStream(socket.getOutputStream());
    }

    @Override
    public void dynamicTestRegistered(TestIdentifier test) {
        send(new Event.Registered(test));
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        send(new Event.Skipped(test.getUniqueIdObject(), reason));
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        send(new Event.Started(test.getUniqueIdObject()));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        send(new Event.Finished(test.getUniqueIdObject(), result.getStatus(),
                result.getThrowable().map(CarriedThrowable::new).orElse(null)));
    }

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        send(new Event.Published(test.getUniqueIdObject(), Map.copyOf(entry.getKeyValuePairs())));
    }

    @Override
    public void fileEntryPublished(TestIdentifier test, FileEntry file) {
        send(new Event.Attached(test.getUniqueIdObject(), file.getPath().toAbsolutePath().toString(),
                file.getMediaType().orElse(null)));
    }

    /** Sends one event; thread-safe, because tests may run in parallel. */
    synchronized void send(Event event) {
        try {
            out.writeObject(event);
            out.reset();
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try (socket) {
            send(new Event.End());
        }
    }
}
