package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.stream.MemoryByteStreams;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Deadline;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;

class AsyncResourceTest {

    /** A resource whose close waits or fails. */
    private static final class Resource implements AsyncResource {
        private final Block<IOException> farewell;
        private boolean closed;

        Resource(Block<IOException> farewell) {
            this.farewell = farewell;
        }

        @Override
        public void close() throws IOException {
            closed = true;
            farewell.run();
        }
    }

    @AnyioTest @Proves({"AR-01", "AR-02"})
    void tryWithResourcesGivesTheResourceItselfAndClosesIt() throws IOException {
        Resource resource = new Resource(AnyIO::checkpoint);
        try (Resource entered = resource) {
            assertSame(resource, entered);
            assertFalse(resource.closed);
        }
        assertTrue(resource.closed);
    }

    @AnyioTest @Proves({"AR-02", "AR-03"})
    void anExceptionOfTheBodyGoesOnAfterTheClose() {
        Resource resource = new Resource(AnyIO::checkpoint);
        IllegalStateException thrown = new IllegalStateException("body");
        assertSame(thrown, assertThrows(IllegalStateException.class, () -> {
            try (resource) {
                throw thrown;
            }
        }));
        assertTrue(resource.closed);
    }

    @AnyioTest(virtualClock = true) @Proves({"AR-04", "AR-05"})
    void closeForcefullyReturnsAtOnceAndItsCancellationStaysInside() throws IOException {
        Resource resource = new Resource(AnyIO::sleepForever);
        Deadline before = AnyIO.currentTime();
        AnyIO.closeForcefully(resource);
        assertTrue(resource.closed);
        assertEquals(before, AnyIO.currentTime());
        assertFalse(AnyIO.hasPendingCancellation());
        AnyIO.checkpoint();
    }

    @AnyioTest @Proves("AR-05")
    void closeForcefullyThrowsNoCancellationEvenIfTheCallerIsCancelled() throws IOException {
        Resource resource = new Resource(AnyIO::sleepForever);
        boolean[] after = new boolean[1];
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> {
            scope.cancel();
            AnyIO.closeForcefully(resource);
            after[0] = true;
            AnyIO.checkpoint();
        });
        assertTrue(after[0]);
        assertTrue(scope.cancelledCaught());
    }

    @AnyioTest @Proves("AR-06")
    void anOrdinaryErrorOfTheCloseEscapesFromCloseForcefully() {
        IOException flush = new IOException("flush failed");
        Resource resource = new Resource(() -> {
            throw flush;
        });
        assertSame(flush, assertThrows(IOException.class, () -> AnyIO.closeForcefully(resource)));

        Resource hidden = new Resource(() -> {
            try {
                AnyIO.sleepForever();
            } catch (CancelledError e) {
                e.addSuppressed(flush);
                throw e;
            }
        });
        assertSame(flush, assertThrows(IOException.class, () -> AnyIO.closeForcefully(hidden)));
    }

    @AnyioTest @Proves("AR-10")
    void theErrorOfTheBodyStaysPrimaryWhenTheCloseIsCancelled() {
        Resource resource = new Resource(AnyIO::checkpoint);
        IOException thrown = new IOException("body");
        CancelScope scope = AnyIO.openCancelScope();
        IOException escaped = assertThrows(IOException.class, () -> scope.run(() -> {
            try (resource) {
                scope.cancel();
                throw thrown;
            }
        }));
        assertSame(thrown, escaped);
        assertEquals(1, escaped.getSuppressed().length);
        assertInstanceOf(CancelledError.class, escaped.getSuppressed()[0]);
        assertFalse(scope.cancelledCaught());
    }

    @AnyioTest
    void streamsInMemoryMayBeClosedTwice() throws IOException {
        MemoryObjectStream<String> objects = AnyIO.createMemoryObjectStream(1);
        MemoryByteStreams bytes = AnyIO.createMemoryByteStreams(1);
        for (AsyncResource resource : new AsyncResource[]{objects.sender(), objects.receiver(), objects, bytes.first(),
                bytes.second(), bytes}) {
            resource.close();
            resource.close();
            AnyIO.closeForcefully(resource);
        }
    }

    @AnyioTest
    void closingAStreamInMemoryInACancelledScopeClosesIt() throws IOException {
        MemoryObjectStream<String> objects = AnyIO.createMemoryObjectStream(1);
        MemoryByteStreams bytes = AnyIO.createMemoryByteStreams(1);
        CancelScope scope = AnyIO.openCancelScope();
        scope.cancel();
        scope.run(() -> {
            try (objects; bytes) {
                AnyIO.checkpoint();
            }
        });
        assertEquals(0, objects.sender().statistics().openSendStreams());
        assertThrows(IllegalStateException.class, () -> bytes.first().receive());
    }
}
