package io.anyio.bench.micro;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.sync.Lock;
import io.anyio.api.task.Block;
import java.io.IOException;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * AnyIO for OSGi, on one loop of each backend; a loop is started for each invocation, which its many operations hide.
 */
@State(Scope.Benchmark)
public class Ours {
    /** The backend of the loop. */
    @Param({"carrier", "pool"})
    public String backend = "";

    /** Spawns tasks that end at once, a group at a time, and waits for each group. */
    @Benchmark @OperationsPerInvocation(Work.OPERATIONS)
    public void spawn() throws IOException {
        onLoop(() -> {
            for (int done = 0; done < Work.OPERATIONS; done += Work.GROUP) {
                AnyIO.createTaskGroup().run(group -> {
                    for (int i = 0; i < Work.GROUP; i++) {
                        group.spawn(Work::nothing);
                    }
                });
            }
        });
    }

    /** Two tasks give way to each other in turn. */
    @Benchmark @OperationsPerInvocation(Work.OPERATIONS)
    public void taskSwitch() throws IOException {
        Block<RuntimeException> giveWay = () -> {
            for (int i = 0; i < Work.OPERATIONS / 2; i++) {
                AnyIO.checkpoint();
            }
        };
        onLoop(() -> AnyIO.createTaskGroup().run(group -> {
            group.spawn(giveWay);
            group.spawn(giveWay);
        }));
    }

    /** Hands items from one task to another over a memory stream without a buffer. */
    @Benchmark @OperationsPerInvocation(Work.OPERATIONS)
    public void handOff() throws IOException {
        onLoop(() -> {
            try (MemoryObjectStream<Integer> stream = AnyIO.createMemoryObjectStream(0)) {
                AnyIO.createTaskGroup(IOException.class).run(group -> {
                    group.spawn(() -> {
                        for (int i = 0; i < Work.OPERATIONS; i++) {
                            stream.sender().send(i);
                        }
                    });
                    for (int i = 0; i < Work.OPERATIONS; i++) {
                        Work.check(i, stream.receiver().receive());
                    }
                });
            }
        });
    }

    /** Enters and leaves a scope with a deadline. */
    @Benchmark @OperationsPerInvocation(Work.OPERATIONS)
    public void deadlineScope() throws IOException {
        Duration limit = Duration.ofSeconds(1);
        onLoop(() -> {
            for (int i = 0; i < Work.OPERATIONS; i++) {
                AnyIO.moveOnAfter(limit, Work::nothing);
            }
        });
    }

    /** Takes and releases a lock that nobody else wants. */
    @Benchmark @OperationsPerInvocation(Work.OPERATIONS)
    public void lock() throws IOException {
        onLoop(() -> {
            Lock lock = AnyIO.createLock();
            for (int i = 0; i < Work.OPERATIONS; i++) {
                lock.acquire();
                lock.release();
            }
        });
    }

    private void onLoop(Block<IOException> block) throws IOException {
        AnyIO.run(block, options -> options.backend(backend));
    }
}
