package io.anyio.impl.sync;

import static io.anyio.impl.sync.Outside.assertCancelled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Event;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.proof.Proves;
import io.anyio.testing.AnyioTest;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class EventTest {
    /** Made by the test engine's thread, outside of any loop. */
    private final Event early = AnyIO.createEvent();

    @AnyioTest @Proves({"EV-01", "EV-02"})
    void awaitReturnsOnceTheEventIsSetAndAtOnceAfterwards(TaskGroup<Exception> group) {
        Event event = AnyIO.createEvent();
        assertFalse(event.isSet());
        TaskHandle<?> setter = group.spawn(() -> {
            assertFalse(event.isSet());
            event.set();
        });
        event.await();
        assertTrue(event.isSet());
        setter.awaitEnd();
        assertTrue(AnyIO.moveOnAfter(Duration.ofSeconds(5), () -> event.await()));
    }

    @AnyioTest @Proves({"EV-03", "EV-10"})
    void setWakesAllWaitersInTheirOrder() {
        Event event = AnyIO.createEvent();
        List<Integer> woken = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                group.spawn(() -> {
                    event.await();
                    woken.add(number);
                });
            }
            assertEquals(0, event.statistics().tasksWaiting());
            AnyIO.waitAllTasksBlocked();
            assertEquals(5, event.statistics().tasksWaiting());
            event.set();
            assertEquals(0, event.statistics().tasksWaiting());
        });
        assertEquals(List.of(0, 1, 2, 3, 4), woken);
    }

    @AnyioTest @Proves("EV-04")
    void setAgainDoesNothing() {
        Event event = AnyIO.createEvent();
        event.set();
        event.set();
        assertTrue(event.isSet());
        event.await();
        event.set();
        event.await();
        assertTrue(event.isSet());
    }

    @AnyioTest @Proves("EV-05")
    void nothingClearsAnEvent() {
        Set<String> methods = Stream.of(Event.class.getMethods()).map(Method::getName).collect(Collectors.toSet());
        assertEquals(Set.of("set", "isSet", "await", "statistics"), methods);
        Event event = AnyIO.createEvent();
        event.set();
        for (int i = 0; i < 3; i++) {
            event.await();
            assertTrue(event.isSet());
        }
    }

    @AnyioTest @Proves("EV-06")
    void awaitIsACheckpointAlsoIfTheEventIsSet() {
        Event event = AnyIO.createEvent();
        event.set();
        assertCancelled(event::await);
        assertTrue(event.isSet());
    }

    @AnyioTest @Proves({"EV-07", "EV-10", "CS-36"})
    void aCancelledWaiterIsRemovedAndASetAfterTheCancelDoesNotSaveIt() {
        Event event = AnyIO.createEvent();
        List<String> reached = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> {
                reached.add("started");
                event.await();
                reached.add("woken");
            });
            AnyIO.waitAllTasksBlocked();
            assertEquals(1, event.statistics().tasksWaiting());
            group.cancel();
            assertEquals(0, event.statistics().tasksWaiting());
            event.set();
        });
        assertEquals(List.of("started"), reached);
    }

    @AnyioTest @Proves("EV-08")
    void setBeforeCancelLetsTheWaiterReturnAndItsNextCheckpointThrows() {
        Event event = AnyIO.createEvent();
        List<String> reached = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> {
                event.await();
                reached.add("woken");
                AnyIO.checkpoint();
                reached.add("went on");
            });
            AnyIO.waitAllTasksBlocked();
            event.set();
            group.cancel();
        });
        assertEquals(List.of("woken"), reached);
    }

    @AnyioTest @Proves("EV-08")
    void cancelBeforeSetThrows() {
        Event event = AnyIO.createEvent();
        List<String> reached = new ArrayList<>();
        AnyIO.createTaskGroup().run(group -> {
            group.spawn(() -> {
                try {
                    event.await();
                    reached.add("woken");
                } finally {
                    reached.add("left");
                }
            });
            AnyIO.waitAllTasksBlocked();
            group.cancel();
            event.set();
        });
        assertEquals(List.of("left"), reached);
    }

    @AnyioTest @Proves("EV-09")
    void anEventIsMadeAndSetOutsideOfARunAndUsedInside(TaskGroup<Exception> group) throws Exception {
        TaskHandle<?> waiter = group.spawn(early::await);
        AnyIO.waitAllTasksBlocked();
        Event[] other = new Event[1];
        Outside.thread(() -> {
            early.set();
            other[0] = AnyIO.createEvent();
            other[0].set();
        });
        waiter.await();
        other[0].await();
    }

    @AnyioTest @Proves("EV-11")
    void setComesFromAnyThreadAndNeverBlocks() throws Exception {
        Event event = AnyIO.createEvent();
        AnyIO.createTaskGroup().run(group -> {
            for (int i = 0; i < 100; i++) {
                group.spawn(event::await);
            }
            AnyIO.waitAllTasksBlocked();
            // This task keeps its loop while the other thread sets the event: set waits for nothing that only the loop
            // could do.
            Outside.thread(event::set);
            assertTrue(event.isSet());
            assertEquals(0, event.statistics().tasksWaiting());
        });
        assertEquals("Event[set, 0 waiting]", event.toString());
    }
}
