package io.anyio.impl.gather;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.task.Body;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.Completed;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** No value is lost: it is handed over, or closed. */
class ValuesTest {
    private static final IOException FAILURE = new IOException("failed");

    private final List<Resource> opened = new ArrayList<>();

    /** What a body opens; closing it waits for long, if it may. */
    private static final class Resource implements AsyncResource {
        int closes;

        @Override
        public void close() {
            closes++;
            AnyIO.sleepForever();
        }
    }

    private Resource open() {
        opened.add(new Resource());
        return opened.getLast();
    }

    private Body<Resource, IOException> opens() {
        return this::open;
    }

    private Body<Resource, IOException> opensWhenCancelled() {
        return () -> {
            try {
                AnyIO.sleepForever();
            } catch (CancelledError e) {
                // it was about to open anyway
            }
            return open();
        };
    }

    private static Body<Resource, IOException> fails() {
        return () -> {
            AnyIO.waitAllTasksBlocked();
            throw FAILURE;
        };
    }

    private void assertAllClosedOnceBut(Resource... kept) {
        List<Resource> returned = List.of(kept);
        for (Resource resource : opened) {
            assertEquals(returned.contains(resource) ? 0 : 1, resource.closes);
        }
        opened.clear();
    }

    // ---- a cancellation that comes when all has been done

    @AnyioTest @Proves("CS-35")
    void valuesThatAreThereAreHandedOverThoughTheCallerIsCancelledMeanwhile() throws Exception {
        CancelScope scope = AnyIO.openCancelScope();
        List<Object> values = new ArrayList<>();
        scope.run(() -> {
            values.addAll(AnyIO.gather(opens(), () -> {
                AnyIO.checkpoint();
                scope.cancel();
                return open();
            }));
            assertThrows(CancelledError.class, AnyIO::checkpoint);
        });
        assertEquals(opened, values);
        assertAllClosedOnceBut(opened.toArray(Resource[]::new));

        CancelScope ofMap = AnyIO.openCancelScope();
        ofMap.run(() -> assertEquals(3, AnyIO.map(List.of(1, 2, 3), 2, item -> {
            AnyIO.checkpoint();
            if (item == 3) {
                ofMap.cancel();
            }
            return open();
        }).size()));
        assertAllClosedOnceBut(opened.toArray(Resource[]::new));

        CancelScope ofRace = AnyIO.openCancelScope();
        ofRace.run(() -> {
            Resource winner = AnyIO.<Resource, IOException>race(() -> {
                AnyIO.checkpoint();
                ofRace.cancel();
                return open();
            }, opensWhenCancelled());
            assertAllClosedOnceBut(winner);
        });
    }

    @AnyioTest
    void aCallInACancelledScopeBeginsNothing() throws Exception {
        for (int kind = 0; kind < 4; kind++) {
            int call = kind;
            CancelScope scope = AnyIO.openCancelScope();
            scope.run(() -> {
                scope.cancel();
                switch (call) {
                    case 0 -> AnyIO.gather(opens());
                    case 1 -> AnyIO.map(List.of(1), 1, _ -> open());
                    case 2 -> AnyIO.asCompleted(List.of(opens()), _ -> {});
                    default -> AnyIO.race(opens());
                }
            });
            assertTrue(scope.cancelledCaught());
            assertEquals(List.of(), opened);
        }
    }

    // ---- values that nobody gets

    @AnyioTest
    void whatOthersHaveOpenedIsClosedIfOneFails() {
        assertSame(FAILURE,
                assertThrows(IOException.class, () -> AnyIO.gather(opens(), fails(), opensWhenCancelled(), opens())));
        assertEquals(3, opened.size());
        assertAllClosedOnceBut();
        assertSame(FAILURE, assertThrows(IOException.class,
                () -> AnyIO.map(List.of(opens(), opensWhenCancelled(), fails()), 3,
                        Body<Resource, IOException>::call)));
        assertEquals(2, opened.size());
        assertAllClosedOnceBut();
    }

    @AnyioTest
    void whatWasOpenedIsClosedIfTheCallerIsCancelledBeforeAllIsDone() throws Exception {
        CancelScope scope = AnyIO.openCancelScope();
        scope.run(() -> AnyIO.gather(opens(), opensWhenCancelled(), () -> {
            AnyIO.waitAllTasksBlocked();
            scope.cancel();
            AnyIO.checkpoint();
            return open();
        }));
        assertTrue(scope.cancelledCaught());
        assertEquals(2, opened.size());
        assertAllClosedOnceBut();
    }

    @AnyioTest
    void whatLosersHaveOpenedIsClosedAndTheWinnersIsNot() throws IOException {
        Resource winner = AnyIO.<Resource, IOException>race(opensWhenCancelled(), opens(), opens());
        assertEquals(3, opened.size());
        assertAllClosedOnceBut(winner);
        // one and the same
        Resource shared = open();
        assertSame(shared, AnyIO.<Resource, IOException>race(() -> shared, () -> shared));
        assertAllClosedOnceBut(shared);
    }

    @AnyioTest
    void aWinnerThatNobodyGetsIsClosed() {
        AssertionError bug = new AssertionError("bug");
        assertSame(bug, assertThrows(AssertionError.class, () -> AnyIO.<Resource, IOException>race(opens(), () -> {
            throw bug;
        })));
        assertAllClosedOnceBut();
    }

    @AnyioTest
    void whatABlockHasNotComeToIsClosed() throws IOException {
        List<Resource> seen = new ArrayList<>();
        AnyIO.asCompleted(List.of(opens(), opens(), opensWhenCancelled()), completed -> {
            for (Completed<Resource> one : completed) {
                seen.add(one.value());
                break;
            }
        });
        assertEquals(3, opened.size());
        assertAllClosedOnceBut(seen.getFirst());
        assertSame(FAILURE, assertThrows(IOException.class,
                () -> AnyIO.asCompleted(List.of(opens(), fails()), _ -> AnyIO.sleepForever())));
        assertAllClosedOnceBut();
    }

    @AnyioTest
    void aCloseThatFailsHidesNothing() {
        AutoCloseable broken = () -> {
            throw new IllegalStateException("cannot be closed");
        };
        assertSame(FAILURE,
                assertThrows(IOException.class,
                        () -> AnyIO.<Object, IOException>gather(() -> broken, opens(), () -> fails().call())));
        assertAllClosedOnceBut();
    }

    // ---- items that no call gets

    @AnyioTest
    void mapTakesAnItemWhenItsCallBegins() throws Exception {
        for (boolean failing : List.of(true, false)) {
            for (int limit : List.of(1, 2, 5)) {
                MemoryObjectStream<Integer> stream = AnyIO.createMemoryObjectStream(10);
                try (stream) {
                    for (int i = 0; i < 5; i++) {
                        stream.sender().send(i);
                    }
                    List<Integer> called = new ArrayList<>();
                    CancelScope scope = AnyIO.openCancelScope();
                    AnyIO.createTaskGroup(Exception.class).run(group -> {
                        group.spawn("maps", () -> {
                            try {
                                scope.run(() -> AnyIO.map(stream.receiver(), limit, item -> {
                                    called.add(item);
                                    if (failing && called.size() == 1) {
                                        throw FAILURE;
                                    }
                                    AnyIO.sleepForever();
                                    return item;
                                }));
                            } catch (IOException e) {
                                assertSame(FAILURE, e);
                            }
                        });
                        AnyIO.waitAllTasksBlocked();
                        scope.cancel();
                    });
                    assertFalse(called.isEmpty());
                    List<Integer> all = new ArrayList<>(called);
                    while (stream.receiver().statistics().currentBufferUsed() > 0) {
                        all.add(stream.receiver().receiveNowait());
                    }
                    assertEquals(IntStream.range(0, 5).boxed().toList(), all);
                }
            }
        }
    }
}
