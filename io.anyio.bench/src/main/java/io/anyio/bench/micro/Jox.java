package io.anyio.bench.micro;

import com.softwaremill.jox.Channel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** Jox, the fastest channels for virtual threads that we know. */
public class Jox {
    /** Hands items from one virtual thread to another through a rendezvous channel. */
    @Benchmark @OperationsPerInvocation(Work.OPERATIONS)
    public void handOff() throws InterruptedException {
        Channel<Integer> channel = Channel.newRendezvousChannel();
        Work.inTwoVirtualThreads(
                () -> {
                    for (int i = 0; i < Work.OPERATIONS; i++) {
                        channel.send(i);
                    }
                },
                () -> {
                    for (int i = 0; i < Work.OPERATIONS; i++) {
                        Work.check(i, channel.receive());
                    }
                });
    }
}
