package io.anyio.impl.jfr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.TaskInfo;
import io.anyio.proof.ChildJvm;
import io.anyio.testing.EachBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecorderTest {
    @TempDir
    private Path directory;

    private final AtomicBoolean stalled = new AtomicBoolean();
    private final Logger watchdog = Logger.getLogger("io.anyio.impl.loop.Watchdog");

    @BeforeEach
    void silence() {
        watchdog.setFilter(_ -> {
            stalled.set(true);
            return false;
        });
    }

    @AfterEach
    void unsilence() {
        watchdog.setFilter(null);
    }

    private List<RecordedEvent> record(String backend, String... events) throws IOException {
        Path file = directory.resolve(backend + ".jfr");
        try (Recording recording = new Recording()) {
            for (String event : events) {
                recording.enable("io.anyio." + event);
            }
            recording.start();
            AnyIO.run(() -> AnyIO.createTaskGroup().run(group -> {
                TaskInfo child = group.spawn("recorded", AnyIO::getCurrentTask).await();
                AnyIO.openCancelScope(o -> o.name("named")).run(() -> {
                    group.spawn("cancelled", AnyIO::sleepForever).cancel("no longer needed");
                    AnyIO.moveOnAfter(Duration.ofMillis(1), AnyIO::sleepForever);
                });
                assertTrue(child.id() > 0);
                stalled.set(false);
                long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
                while (!stalled.get() && System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
            }), o -> o.backend(backend).name("recorded loop").stallAfter(Duration.ofMillis(20)));
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("io.anyio.")
                        && event.getString("loop").equals("recorded loop"))
                .toList();
    }

    @EachBackend
    void nothingIsRecordedUnlessItIsAskedFor(String backend) throws IOException {
        assertEquals(List.of(), record(backend));
        assertFalse(Recorder.recordsTaskStarts() || Recorder.recordsTaskEnds() || Recorder.recordsCancels());
    }

    @EachBackend
    void startsEndsCancelsAndStallsAreRecorded(String backend) throws IOException {
        List<RecordedEvent> events = record(backend, "TaskStart", "TaskEnd", "ScopeCancel", "LoopStall");
        RecordedEvent start = only(events, "TaskStart", "name", "recorded");
        RecordedEvent end = only(events, "TaskEnd", "name", "recorded");
        assertEquals(start.getLong("id"), end.getLong("id"));
        assertTrue(start.getLong("parentId") > 0);
        assertEquals("FINISHED", end.getString("outcome"));
        assertEquals("CANCELLED", only(events, "TaskEnd", "name", "cancelled").getString("outcome"));
        assertTrue(events.stream().anyMatch(event -> event.getEventType().getName().equals("io.anyio.ScopeCancel")
                && event.getString("reason").contains("no longer needed")), events.toString());
        assertTrue(events.stream().anyMatch(event -> event.getEventType().getName().equals("io.anyio.ScopeCancel")
                && event.getString("reason").contains("deadline")), events.toString());
        RecordedEvent stall = events.stream()
                .filter(event -> event.getEventType().getName().equals("io.anyio.LoopStall")).findFirst().orElseThrow();
        assertTrue(stall.getDuration("nanos").compareTo(Duration.ofMillis(20)) >= 0);
    }

    /** The first task of a JVM must not initialize the recorder on its loop, which takes 0.4 s. */
    @EachBackend
    void nothingIsInitializedWithoutARecording(String backend) throws IOException, InterruptedException {
        List<String> lines = ChildJvm.of(NothingRecorded.class, ChildJvm.CARRIER, "-Xlog:class+load:stdout")
                .run(backend)
                .well().output().lines()
                .filter(line -> line.contains("jdk.jfr.") || line.contains("NothingRecorded")).toList();
        assertTrue(lines.stream().anyMatch(line -> line.contains("NothingRecorded")), lines.toString());
        List<String> loaded = lines.stream().filter(line -> line.contains("jdk.jfr.")).toList();
        assertTrue(loaded.size() <= 1 && loaded.stream().allMatch(line -> line.contains("jdk.jfr.FlightRecorder ")),
                loaded.toString());
    }

    static final class NothingRecorded {
        private NothingRecorded() {}

        public static void main(String[] arguments) {
            AnyIO.run(() -> AnyIO.createTaskGroup().run(group -> {
                group.spawn("child", () -> AnyIO.sleep(Duration.ofMillis(1)));
                AnyIO.moveOnAfter(Duration.ofMillis(1), AnyIO::sleepForever);
            }), o -> o.backend(arguments[0]));
        }
    }

    static List<Arguments> flightRecordersThatFail() {
        EventKind other = new EventKind("TaskStart", "Task Start", "Takes no value");
        EventKinds none = new EventKinds(null, null, null, null);
        EventKinds others = new EventKinds(other, other, other, other);
        return Stream.of("carrier", "pool")
                .flatMap(backend -> Stream.of(none, others).map(kinds -> Arguments.of(backend, kinds))).toList();
    }

    @ParameterizedTest @MethodSource("flightRecordersThatFail")
    void aFlightRecorderThatFailsEndsNothing(String backend, EventKinds failing) throws IOException {
        Recorder.release();
        Recorder.kinds = failing;
        try {
            assertEquals(List.of(), record(backend, "TaskStart", "TaskEnd", "ScopeCancel", "LoopStall"));
            assertTrue(stalled.get(), "the watchdog has told");
        } finally {
            Recorder.release();
        }
        // and it is whole again
        assertFalse(record(backend, "TaskStart").isEmpty());
    }

    private static RecordedEvent only(List<RecordedEvent> events, String type, String field, String value) {
        List<RecordedEvent> found = events.stream()
                .filter(event -> event.getEventType().getName().equals("io.anyio." + type)
                        && value.equals(event.getString(field)))
                .toList();
        assertEquals(1, found.size(), events.toString());
        return found.getFirst();
    }
}
