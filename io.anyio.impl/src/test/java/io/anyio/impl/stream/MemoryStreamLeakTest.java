package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectReceiveStream;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

class MemoryStreamLeakTest {
    private static final Logger LOGGER = Logger.getLogger(Leak.class.getName());

    /** Takes the warnings of streams. */
    private static final class Warnings extends Handler implements AutoCloseable {
        private final BlockingQueue<LogRecord> records = new LinkedBlockingQueue<>();
        private final List<LogRecord> seen = new ArrayList<>();

        Warnings() {
            LOGGER.addHandler(this);
            LOGGER.setUseParentHandlers(false);
        }

        @Override
        public void publish(LogRecord logged) {
            records.add(logged);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            LOGGER.removeHandler(this);
            LOGGER.setUseParentHandlers(true);
        }

        /** Collects garbage until a stream of a name is reported. */
        LogRecord await(String name) throws InterruptedException {
            for (int i = 0; i < 100; i++) {
                for (LogRecord warning : seen) {
                    if (warning.getMessage().startsWith(name + ",")) {
                        return warning;
                    }
                }
                System.gc();
                LogRecord next = records.poll(50, TimeUnit.MILLISECONDS);
                if (next != null) {
                    seen.add(next);
                }
            }
            throw new AssertionError("No warning of " + name);
        }
    }

    /** Drops three open ends and two closed ones, whose numbers no other stream of this test run has. */
    private static String[] drop() throws IOException {
        for (int i = ThreadLocalRandom.current().nextInt(1000, 20_000); i > 0; i--) {
            AnyIO.createMemoryObjectStream().close();
        }
        MemoryObjectStream<String> stream = AnyIO.createMemoryObjectStream(0);
        MemoryObjectReceiveStream<String> clone = stream.receiver().clone();
        stream.receiver().close();
        MemoryByteStreams bytes = AnyIO.createMemoryByteStreams(1);
        bytes.second().close();
        return new String[]{stream.sender().toString(), clone.toString(), bytes.first().toString(),
                stream.receiver().toString(), bytes.second().toString()};
    }

    @AnyioTest @Proves("MS-46")
    void aStreamThatIsDroppedUnclosedIsReportedByName() throws Exception {
        try (Warnings warnings = new Warnings()) {
            String[] names = drop();
            LogRecord warning = warnings.await(names[0]);
            assertEquals(Level.WARNING, warning.getLevel());
            assertTrue(warning.getMessage().contains(AnyIO.getCurrentTask().name()), warning.getMessage());
            assertNotNull(warnings.await(names[1]));
            assertNotNull(warnings.await(names[2]));
            assertEquals(List.of(), warnings.seen.stream().map(LogRecord::getMessage)
                    .filter(other -> other.startsWith(names[3]) || other.startsWith(names[4])).toList());
        }
    }

    @AnyioTest
    void theReportTellsWhereTheStreamWasMadeIfTheLoggerIsSetToDebug() throws Exception {
        try (Warnings warnings = new Warnings()) {
            LogRecord warning = warnings.await(drop()[0]);
            assertNull(warning.getThrown());
            assertTrue(warning.getMessage().contains("DEBUG"), warning.getMessage());
            LOGGER.setLevel(Level.FINE);
            warning = warnings.await(drop()[0]);
            assertEquals("drop", Stream.of(warning.getThrown().getStackTrace()).map(StackTraceElement::getMethodName)
                    .filter("drop"::equals).findFirst().orElse(""));
            assertFalse(warning.getMessage().contains("DEBUG"), warning.getMessage());
        } finally {
            LOGGER.setLevel(null);
        }
    }

    @AnyioTest
    void theOneEndDoesNotKeepTheOtherOneAlive() throws Exception {
        try (Warnings warnings = new Warnings();
                MemoryObjectReceiveStream<String> receiver = receiverOfDroppedSender()) {
            String sender = receiver.toString().replace("ReceiveStream", "SendStream").replaceFirst("2$", "1");
            assertNotNull(warnings.await(sender));
        }
    }

    private static MemoryObjectReceiveStream<String> receiverOfDroppedSender() {
        return AnyIO.<String>createMemoryObjectStream(1).receiver();
    }

    @AnyioTest(timeout = 60)
    void cancelledSendsAndReceivesLeaveNothingBehind(TaskGroup<Exception> group) {
        try (MemoryObjectStream<Object> stream = AnyIO.createMemoryObjectStream(0)) {
            long before = usedMemory();
            int rounds = Integer.getInteger("anyio.stress.rounds", 50_000);
            CancelScope[] current = new CancelScope[1];
            group.spawn("waits", () -> {
                for (int i = 0; i < 2 * rounds; i++) {
                    boolean sends = i < rounds;
                    CancelScope scope = AnyIO.openCancelScope();
                    current[0] = scope;
                    scope.run(() -> {
                        if (sends) {
                            stream.sender().send(new Object());
                        } else {
                            stream.receiver().receive();
                        }
                    });
                }
                current[0] = null;
            });
            AnyIO.checkpoint();
            while (current[0] != null) {
                current[0].cancel();
                AnyIO.checkpoint();
            }
            assertEquals(0, stream.sender().statistics().tasksWaitingSend());
            assertEquals(0, stream.sender().statistics().tasksWaitingReceive());
            long grown = usedMemory() - before;
            assertTrue(grown < 4_000_000, grown + " bytes more than before");
        }
    }

    private static long usedMemory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
