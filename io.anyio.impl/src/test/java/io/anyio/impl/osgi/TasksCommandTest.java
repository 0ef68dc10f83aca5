package io.anyio.impl.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.spi.Holder;
import io.anyio.api.spi.Owner;
import io.anyio.api.task.Block;
import io.anyio.api.task.CancelledError;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.TaskHandle;
import io.anyio.impl.owner.HolderOwners;
import io.anyio.impl.owner.LoopRuntime;
import io.anyio.impl.owner.RunningTasks;
import io.anyio.proof.Proves;
import io.anyio.testing.EachBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** The commands on the loops of bundles. */
@Timeout(60)
class TasksCommandTest {
    private final LoopRuntime runtime = new LoopRuntime();
    private final TasksCommand command = new TasksCommand(new RunningTasks(runtime::runs));
    private final List<HolderOwners> open = new ArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();

    /** What the tasks of {@link #spawn} wait for at first. */
    private final CountDownLatch started = new CountDownLatch(1);

    @AfterEach
    void close() {
        open.forEach(HolderOwners::close);
    }

    private Owner bundle(String backend, String name) {
        HolderOwners owners = new HolderOwners(runtime, Duration.ofSeconds(2),
                LoopOptions.DEFAULT.backend(backend).stallAfter(Duration.ZERO));
        open.add(owners);
        return owners.open("EventLoop",
                new Holder(ids.incrementAndGet(), name, TasksCommandTest.class.getClassLoader(), () -> false));
    }

    /** Spawns a task and waits until it and its children wait. */
    private static <X extends Exception> TaskHandle<?> spawn(Owner owner, String name, Block<X> block)
            throws InterruptedException {
        CountDownLatch waits = new CountDownLatch(1);
        TaskHandle<?> task = owner.spawn(name, () -> {
            block.run();
            return null;
        });
        owner.spawn("looks", () -> {
            AnyIO.waitAllTasksBlocked();
            waits.countDown();
            return null;
        });
        waits.await();
        while (owner.call(() -> AnyIO.getRunningTasks().stream().anyMatch(one -> one.name().equals("looks")))) {
            Thread.onSpinWait();
        }
        return task;
    }

    private static void family() {
        AnyIO.createTaskGroup().run(group -> {
            group.spawn("child", AnyIO::sleepForever);
            group.spawn("sibling", AnyIO::sleepForever);
        });
    }

    private static List<String> namesIn(String text) {
        return Pattern.compile(" +(\\S+) #\\d+, .*").matcher(text).results().map(found -> found.group(1)).toList();
    }

    private String idOf(String task) {
        Matcher found = Pattern.compile(" " + task + " #(\\d+), ").matcher(command.tasks());
        assertTrue(found.find(), command::tasks);
        return found.group(1);
    }

    // ---- anyio:tasks

    @EachBackend @Proves("OP-01")
    void theListHasEachLoopWithItsTasksAsATree(String backend) throws Exception {
        assertEquals("No loop is running", command.tasks());
        spawn(bundle(backend, "org.example.one"), "parent", TasksCommandTest::family);
        spawn(bundle(backend, "org.example.two"), "lonely", AnyIO::sleepForever);
        String text = command.tasks();
        assertTrue(text.contains("loop anyio-org.example.one (" + backend + ") of org.example.one\n  parent #"), text);
        assertTrue(text.contains("\n    child #"), text);
        assertEquals(List.of("parent", "child", "sibling", "lonely"), namesIn(text));
    }

    @EachBackend @Proves({"OP-02", "OP-03"})
    void optionsKeepTheLoopsOfABundleOrOfAName(String backend) throws Exception {
        spawn(bundle(backend, "org.example.one"), "one", AnyIO::sleepForever);
        spawn(bundle(backend, "org.example.two"), "two", AnyIO::sleepForever);
        assertEquals(List.of("one"), namesIn(command.tasks("-b", "org.example.one")));
        assertEquals(List.of("two"), namesIn(command.tasks("-l", "anyio-org.example.two")));
        assertEquals(List.of("one", "two"), namesIn(command.tasks("-b", "org.*", "-l", "*")));
        assertEquals(List.of("two"), namesIn(command.tasks("-b", "org.*", "-l", "*two")));
        assertEquals("No bundle with a loop is 'org.example', there is org.example.one, org.example.two",
                command.tasks("-b", "org.example"));
        assertEquals("No bundle with a loop is 'org.exampleXone', there is org.example.one, org.example.two",
                command.tasks("-b", "org.exampleXone"), "a dot is a dot");
        assertEquals("No loop is '*two', there is anyio-org.example.one",
                command.tasks("-b", "*one", "-l", "*two"));
    }

    @EachBackend @Proves("OP-04")
    void aLimitCountsOverAllLoopsAndTellsHowManyAreLeft(String backend) throws Exception {
        spawn(bundle(backend, "org.example.one"), "parent", TasksCommandTest::family);
        spawn(bundle(backend, "org.example.two"), "lonely", AnyIO::sleepForever);
        String two = command.tasks("-n", "2");
        assertEquals(List.of("parent", "child"), namesIn(two));
        assertTrue(two.contains("loop anyio-org.example.two") && two.endsWith("2 more tasks\n"), two);
        assertTrue(command.tasks("-n", "3").endsWith("\n1 more task\n"));
        assertEquals(command.tasks().lines().count(), command.tasks("-n", "4").lines().count());
        assertTrue(command.tasks("-n", "1").endsWith("3 more tasks\n"), "a child whose parent is left out counts");
    }

    private static void waitsInForeignCode(CountDownLatch latch) throws InterruptedException {
        latch.await();
    }

    @EachBackend @Proves("OP-05")
    void stacksShowWhereATaskWaits(String backend) throws Exception {
        Owner owner = bundle(backend, "org.example.one");
        CountDownLatch foreign = new CountDownLatch(1);
        AtomicInteger rounds = new AtomicInteger();
        TaskHandle<?> parent = spawn(owner, "parent", TasksCommandTest::family);
        owner.spawn("sleeper", () -> {
            for (int round = 0; round < 50; round++) {
                AnyIO.sleep(Duration.ofMillis(1));
                rounds.incrementAndGet();
            }
            return null;
        });
        if (backend.equals("carrier")) {
            owner.spawn("foreign", () -> {
                started.countDown();
                waitsInForeignCode(foreign);
                return null;
            });
            started.await();
            while (!command.tasks().contains("foreign code")) {
                Thread.onSpinWait();
            }
        }
        String text = command.tasks("-s");
        assertTrue(Pattern.compile("parent #[^\n]*\n( {6}at [^\n]*\n)* {6}at [^\n]*TasksCommandTest.family\\(")
                .matcher(text).find(), text);
        if (backend.equals("carrier")) {
            assertTrue(text.contains("TasksCommandTest.waitsInForeignCode("), text);
        }
        assertFalse(command.tasks().contains(" at "));
        while (rounds.get() < 50) {
            assertTrue(command.tasks("-s", "-n", "3").contains(" at "));
        }
        foreign.countDown();
        assertEquals(TaskHandle.Status.PENDING, parent.status());
    }

    @EachBackend @Proves("OP-06")
    void aBusyLoopDoesNotHideTheOthers(String backend) throws Exception {
        AtomicBoolean release = new AtomicBoolean();
        spawn(bundle(backend, "org.example.one"), "one", AnyIO::sleepForever);
        bundle(backend, "org.example.two").spawn("busy", () -> {
            started.countDown();
            while (!release.get()) {
                Thread.onSpinWait();
            }
            return null;
        });
        started.await();
        String text = command.tasks("-n", "1", "-s");
        release.set(true);
        assertEquals(List.of("one"), namesIn(text));
        assertTrue(text.contains("of org.example.two: does not answer\n  task 'busy', RUNNABLE\n    at "), text);
    }

    // ---- wrong calls

    @EachBackend @Proves({"OP-07", "OP-08"})
    void aWrongCallIsAnsweredByTheUsage(String backend) throws Exception {
        TaskHandle<?> task = spawn(bundle(backend, "org.example.one"), "one", AnyIO::sleepForever);
        String id = idOf("one");
        assertEquals("There is no option -x\n" + TaskList.USAGE, command.tasks("-s", "-x"));
        assertEquals("There is no option -all\n" + TaskList.USAGE, command.tasks("-all"));
        assertEquals("There is no option -\n" + TaskList.USAGE, command.tasks("-"));
        assertEquals("There is no use for one\n" + TaskList.USAGE, command.tasks("one"));
        assertEquals("The option -b needs a value\n" + TaskList.USAGE, command.tasks("-b"));
        for (String bad : List.of("0", "-1", "many", "", "1.5", "99999999999999999999")) {
            assertEquals("The value of -n is a whole number from 1, and not '" + bad + "'\n" + TaskList.USAGE,
                    command.tasks("-n", bad));
        }
        assertEquals("There is no use for null\n" + TaskList.USAGE, command.tasks((Object) null));
        assertEquals("Which task? Give its id\n" + TaskCancel.USAGE, command.cancel());
        assertEquals("There is no option -f\n" + TaskCancel.USAGE, command.cancel("-f", id));
        assertEquals("There is no use for 2\n" + TaskCancel.USAGE, command.cancel(id, "2"));
        assertEquals("The id of a task is a whole number from 0, and not 'one'\n" + TaskCancel.USAGE,
                command.cancel("one"));
        assertEquals(TaskCancel.USAGE, command.cancel("-h"));
        assertEquals(TaskCancel.USAGE, command.cancel(id, "-h"));
        assertEquals(TaskList.USAGE, command.tasks("-n", "5", "-h"));
        assertEquals(TaskHandle.Status.PENDING, task.status());
    }

    // ---- anyio:cancel

    @EachBackend @Proves("OP-09")
    void aTaskIsCancelledWithItsChildren(String backend) throws Exception {
        AtomicReference<String> reason = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(3);
        TaskHandle<?> task = spawn(bundle(backend, "org.example.one"), "parent", () -> {
            try {
                AnyIO.createTaskGroup().run(group -> {
                    for (int i = 0; i < 2; i++) {
                        group.spawn("child", () -> {
                            try {
                                AnyIO.sleepForever();
                            } finally {
                                ended.countDown();
                            }
                        });
                    }
                });
            } catch (CancelledError e) {
                reason.set(e.reason());
                throw e;
            } finally {
                ended.countDown();
            }
        });
        String id = idOf("parent");
        assertEquals("Cancelled: the task 'parent' #" + id + ", which waited for children of the task group, on the"
                + " loop anyio-org.example.one of org.example.one", command.cancel(id));
        assertTrue(ended.await(10, TimeUnit.SECONDS));
        while (task.status() == TaskHandle.Status.CANCELLING) {
            Thread.onSpinWait();
        }
        assertEquals(TaskHandle.Status.CANCELLED, task.status());
        assertTrue(reason.get().contains("anyio:cancel"), reason.get());
    }

    @EachBackend @Proves("OP-10")
    void aTaskThatIsNotThereIsNotCancelled(String backend) throws Exception {
        Owner owner = bundle(backend, "org.example.one");
        TaskHandle<?> task = spawn(owner, "shielded",
                () -> AnyIO.openCancelScope(o -> o.shield(true)).run(() -> AnyIO.sleep(Duration.ofDays(1))));
        String id = idOf("shielded");
        assertTrue(command.cancel("#" + id).startsWith("Cancelled: the task 'shielded' #" + id));
        assertTrue(command.cancel(id).startsWith("It was cancelled before, and has not ended: the task 'shielded'"));
        assertEquals(TaskHandle.Status.CANCELLING, task.status());
        assertEquals("No task has the id 0, or it has ended", command.cancel("0"));
        TaskHandle<?> ended = spawn(owner, "ended", AnyIO::sleepForever);
        String former = idOf("ended");
        ended.cancel();
        while (ended.status() != TaskHandle.Status.CANCELLED) {
            Thread.onSpinWait();
        }
        assertEquals("No task has the id " + former + ", or it has ended", command.cancel(former));
    }

    @EachBackend @Proves("OP-11")
    void aTaskOfABusyLoopIsCancelledLater(String backend) throws Exception {
        AtomicBoolean release = new AtomicBoolean();
        Owner owner = bundle(backend, "org.example.one");
        TaskHandle<?> task = spawn(owner, "waits", AnyIO::sleepForever);
        String id = idOf("waits");
        owner.spawn("busy", () -> {
            started.countDown();
            while (!release.get()) {
                Thread.onSpinWait();
            }
            return null;
        });
        started.await();
        String answer = command.cancel(id);
        assertEquals(TaskHandle.Status.PENDING, task.status());
        release.set(true);
        assertEquals("No task of a loop that answers has the id " + id + ". Busy is the loop anyio-org.example.one: if"
                + " the task is there, it is cancelled when the loop has time", answer);
        while (task.status() != TaskHandle.Status.CANCELLED) {
            Thread.onSpinWait();
        }
    }
}
