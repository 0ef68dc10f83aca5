package io.anyio.impl.stream;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.BrokenResourceException;
import io.anyio.api.stream.ClosedResourceException;
import io.anyio.api.stream.EndOfStreamException;
import io.anyio.api.stream.MemoryObjectReceiveStream;
import io.anyio.api.stream.MemoryObjectSendStream;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.MemoryObjectStreamStatistics;
import io.anyio.api.sync.WouldBlockException;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.TaskGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One stressed stream. Each task has its own clone, which others may close at any time, and works in scopes that others
 * may cancel at any time. It then continues with a new clone.
 */
final class MemoryStreamStress {
    private static final int SENDERS_PER_LOOP = 4;
    private static final int RECEIVERS_PER_LOOP = 4;
    private static final int BURSTS = 600;
    private static final int ITEMS = 100_000;
    private static final int SENT = 1;
    private static final int RECEIVED = 2;
    private static final int SLOTS = 8;

    private final Random seeds;
    private final List<String> backends;
    private final boolean receiversGo;
    private final MemoryObjectStream<Integer> stream;
    private final AtomicInteger nextItem = new AtomicInteger();
    private final AtomicIntegerArray states = new AtomicIntegerArray(ITEMS);
    private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final AtomicReferenceArray<CancelScope> scopes = new AtomicReferenceArray<>(SLOTS);
    private final AtomicReferenceArray<AutoCloseable> ends = new AtomicReferenceArray<>(SLOTS);
    private final AtomicInteger senders;
    private volatile boolean over;

    MemoryStreamStress(long seed, List<String> backends, int size, boolean receiversGo) {
        this.seeds = new Random(seed);
        this.backends = backends;
        this.receiversGo = receiversGo;
        this.stream = AnyIO.createMemoryObjectStream(size);
        this.senders = new AtomicInteger(SENDERS_PER_LOOP * backends.size());
    }

    /** Runs it and returns what went wrong in the threads. */
    List<Throwable> run() throws InterruptedException {
        List<Thread> loops = new ArrayList<>();
        for (String backend : backends) {
            Random random = new Random(seeds.nextLong());
            loops.add(start(() -> AnyIO.run(() -> AnyIO.createTaskGroup().run(group -> spawnAll(group, random)),
                    options -> options.backend(backend))));
        }
        Random disturbing = new Random(seeds.nextLong());
        Thread disturber = start(() -> disturb(disturbing));
        for (Thread loop : loops) {
            loop.join(20_000);
            if (loop.isAlive()) {
                errors.add(new AssertionError("stranded: " + stream.sender().statistics()));
                loop.interrupt();
            }
        }
        over = true;
        disturber.join();
        stream.close();
        return List.copyOf(errors);
    }

    private Thread start(Code code) {
        return Thread.ofPlatform().daemon().start(() -> {
            try {
                code.run();
            } catch (Throwable e) {
                errors.add(e);
            }
        });
    }

    private interface Code {
        void run() throws Exception;
    }

    private void spawnAll(TaskGroup<?> group, Random random) {
        for (int i = 0; i < SENDERS_PER_LOOP; i++) {
            Random own = new Random(random.nextLong());
            group.spawn("sender", () -> send(own));
        }
        for (int i = 0; i < RECEIVERS_PER_LOOP; i++) {
            Random own = new Random(random.nextLong());
            group.spawn("receiver", () -> receive(own));
        }
    }

    // ---- tasks

    private void send(Random random) {
        MemoryObjectSendStream<Integer> end = stream.sender().clone();
        boolean[] broken = new boolean[1];
        for (int burst = 0; burst < BURSTS && !broken[0]; burst++) {
            MemoryObjectSendStream<Integer> current = end;
            publish(random, current);
            try {
                scope(random).run(() -> broken[0] = !sendBurst(random, current));
            } catch (ClosedResourceException e) {
                end = stream.sender().clone();
            }
            disturbSometimes(random);
        }
        end.close();
        if (senders.decrementAndGet() == 0) {
            // unused clones would keep the stream open
            stream.sender().close();
            for (int i = 0; i < SLOTS; i++) {
                close(ends.getAndSet(i, null));
            }
        }
    }

    private boolean sendBurst(Random random, MemoryObjectSendStream<Integer> end) {
        try {
            for (int i = random.nextInt(5); i >= 0; i--) {
                int item = nextItem.getAndIncrement();
                if (random.nextInt(4) == 0) {
                    end.sendNowait(item);
                } else {
                    end.send(item);
                }
                mark(item, SENT);
            }
            return true;
        } catch (WouldBlockException e) {
            return true;
        } catch (BrokenResourceException e) {
            return false;
        }
    }

    private void receive(Random random) {
        try {
            receive(random, stream.receiver().clone());
        } catch (ClosedResourceException e) {
            if (!receiversGo) {
                throw e;
            }
        }
    }

    private void receive(Random random, MemoryObjectReceiveStream<Integer> first) {
        MemoryObjectReceiveStream<Integer> end = first;
        int bursts = receiversGo ? random.nextInt(BURSTS) : Integer.MAX_VALUE;
        boolean[] ended = new boolean[1];
        for (int burst = 0; burst < bursts && !ended[0]; burst++) {
            MemoryObjectReceiveStream<Integer> current = end;
            publish(random, current);
            try {
                scope(random).run(() -> ended[0] = !receiveBurst(random, current));
            } catch (ClosedResourceException e) {
                end = stream.receiver().clone();
            }
            disturbSometimes(random);
        }
        end.close();
        if (receiversGo) {
            stream.receiver().close();
        }
    }

    private boolean receiveBurst(Random random, MemoryObjectReceiveStream<Integer> end) {
        try {
            for (int i = random.nextInt(10); i >= 0; i--) {
                mark(random.nextInt(4) == 0 ? end.receiveNowait() : end.receive(), RECEIVED);
            }
            return true;
        } catch (WouldBlockException e) {
            return true;
        } catch (EndOfStreamException e) {
            return false;
        }
    }

    private CancelScope scope(Random random) {
        CancelScope scope = AnyIO.openCancelScope();
        scopes.set(random.nextInt(SLOTS), scope);
        return scope;
    }

    private void publish(Random random, AutoCloseable end) {
        if (random.nextInt(10) == 0) {
            ends.set(random.nextInt(SLOTS), end);
        }
    }

    private void disturbSometimes(Random random) {
        switch (random.nextInt(8)) {
            case 0 -> cancel(scopes.get(random.nextInt(SLOTS)));
            case 1 -> close(ends.getAndSet(random.nextInt(SLOTS), null));
            case 2 -> AnyIO.checkpoint();
            default -> {}
        }
    }

    // ---- the foreign thread

    private void disturb(Random random) {
        while (!over) {
            cancel(scopes.get(random.nextInt(SLOTS)));
            if (random.nextInt(4) == 0) {
                close(ends.getAndSet(random.nextInt(SLOTS), null));
            }
            for (int i = random.nextInt(1000); i >= 0; i--) {
                Thread.onSpinWait();
            }
        }
    }

    private static void cancel(CancelScope scope) {
        if (scope != null) {
            scope.cancel();
        }
    }

    private static void close(AutoCloseable end) {
        try {
            if (end != null) {
                end.close();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    // ---- the books

    private void mark(int item, int state) {
        int before = states.getAndAccumulate(item, state, (a, b) -> a | b);
        if ((before & state) != 0) {
            violations.add("item " + item + " twice in state " + state);
        }
    }

    /** Items that were received twice, or received although their send failed. */
    List<String> violations() {
        List<String> found = new ArrayList<>(violations);
        for (int item = 0; item < nextItem.get(); item++) {
            if (states.get(item) == RECEIVED) {
                found.add("item " + item + " was received though its send failed");
            }
        }
        return found;
    }

    int sent() {
        return count(SENT);
    }

    int received() {
        return count(RECEIVED);
    }

    int left() {
        MemoryObjectStreamStatistics end = stream.sender().statistics();
        return end.currentBufferUsed() + end.itemsDropped();
    }

    private int count(int state) {
        int count = 0;
        for (int item = 0; item < nextItem.get(); item++) {
            count += (states.get(item) & state) == 0 ? 0 : 1;
        }
        return count;
    }
}
