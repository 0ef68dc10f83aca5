package io.anyio.net.name;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.api.AnyIO;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.testing.AnyioTest;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;

/** Lookups that hang do not delay others, and the number of lookups that have just begun is limited. */
class HangingLookupsTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final int MANY = 70;

    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    private NameLookup names(Duration patience) {
        return new NameLookup(new SystemResolver(name -> {
            if (name.startsWith("hanging")) {
                asked.incrementAndGet();
                boolean answered = false;
                while (!answered) {
                    try {
                        answer.await();
                        answered = true;
                    } catch (InterruptedException _) {
                        // the operating system is not interrupted either
                    }
                }
            }
            return new InetAddress[]{InetAddress.ofLiteral("127.0.0.1")};
        }, new BlockingLookups(patience)));
    }

    @AfterEach
    void letThemEnd() {
        answer.countDown();
    }

    private static List<TaskHandle<?>> lookUp(TaskGroup<?> group, NameLookup names, int count) {
        List<TaskHandle<?>> lookups = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = "hanging" + i;
            lookups.add(group.spawn(name, () -> names.addresses(name)));
        }
        return lookups;
    }

    private void awaitAsked(int count) {
        while (asked.get() < count) {
            AnyIO.sleep(Duration.ofMillis(1));
        }
    }

    @AnyioTest
    void thoseThatHangGiveTheirPlacesToOthers(TaskGroup<?> group) throws Exception {
        NameLookup names = names(SHORT);
        List<TaskHandle<?>> lookups = lookUp(group, names, MANY);
        awaitAsked(MANY);
        assertEquals(1, names.addresses("other").size());
        answer.countDown();
        for (TaskHandle<?> lookup : lookups) {
            lookup.await();
        }
    }

    @AnyioTest
    void cancelledOnesDoSoToo(TaskGroup<?> group) throws Exception {
        NameLookup names = names(SHORT);
        List<TaskHandle<?>> lookups = lookUp(group, names, 20);
        awaitAsked(20);
        lookups.forEach(TaskHandle::cancel);
        for (TaskHandle<?> lookup : lookups) {
            lookup.awaitEnd();
        }
        assertEquals(1, names.addresses("other").size());
    }

    /**
     * Twenty lookups have just begun: others wait, except for lookups that this machine answers. A wait that ends early
     * takes no place, and all places are returned.
     */
    @AnyioTest
    void thoseThatHaveJustBegunAreLimitedAndThisMachineIsAskedBesideThem(TaskGroup<?> group) throws Exception {
        NameLookup names = names(LONG);
        List<TaskHandle<?>> lookups = lookUp(group, names, MANY);
        awaitAsked(20);
        assertEquals(1, names.addresses("localhost").size());
        assertEquals(1, names.addresses("Some.LOCALHOST").size());
        assertEquals(1, names.addresses("127.0.0.1").size());
        assertEquals(20, asked.get());
        lookups.subList(10, 50).forEach(TaskHandle::cancel);
        for (TaskHandle<?> cancelled : lookups.subList(10, 50)) {
            cancelled.awaitEnd();
        }
        assertEquals(20, asked.get());
        answer.countDown();
        for (TaskHandle<?> lookup : lookups) {
            lookup.awaitEnd();
        }
        assertEquals(20 + MANY - 50, asked.get());
        for (int i = 0; i < 50; i++) {
            assertEquals(1, names.addresses("other").size());
        }
    }
}
