package io.anyio.bench.sleep;

import io.anyio.bench.load.Usage;
import io.anyio.bench.process.Jvm;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * The process of sleepers on the JVM: {@code SleepMain <name> <pattern> <sleepers> <seconds> <seconds of warm-up>}.
 * Prints a line that {@link SleepResult#parse} reads, and ends together with its standard input.
 */
public final class SleepMain {
    private static final Map<String, Sleepers> PEERS = Map.of(
            "ours-carrier", new OurSleepers("carrier"),
            "ours-pool", new OurSleepers("pool"),
            "virtual-threads", new VirtualThreadSleepers(),
            "virtual-threads-one-carrier", new VirtualThreadSleepers());

    private static final int WARM_UP_SLEEPERS = 10_000;
    private static final Duration WARM_UP_IDEAL = Duration.ofMillis(50);

    private SleepMain() {}

    /** Runs the named sleepers. */
    public static void main(String[] args) throws InterruptedException {
        Jvm.endWithInput();
        Sleepers peer = PEERS.get(args[0]);
        if (peer == null) {
            throw new IllegalArgumentException("No sleepers '" + args[0] + "' among " + PEERS.keySet());
        }
        SleepPattern pattern = SleepPattern.valueOf(args[1]);
        long warmUntil = System.nanoTime() + nanos(args[4]);
        while (System.nanoTime() < warmUntil) {
            peer.sleep(new Night(pattern, WARM_UP_SLEEPERS, WARM_UP_IDEAL));
        }
        System.out.println(measure(peer, pattern, Integer.parseInt(args[2]), Duration.ofNanos(nanos(args[3]))));
    }

    private static String measure(Sleepers peer, SleepPattern pattern, int sleepers, Duration ideal)
            throws InterruptedException {
        Usage before = Usage.now(ProcessHandle.current().pid());
        long collecting = collectingMillis();
        Night night = new Night(pattern, sleepers, ideal);
        peer.sleep(night);
        Usage used = Usage.now(ProcessHandle.current().pid()).since(before);
        collecting = collectingMillis() - collecting;
        Histogram late = night.late();
        return "slept %.4f %.4f %.4f %.4f %.4f %.6f %.6f %.6f".formatted(
                used.wall() / 1e9,
                used.server() / 1e9,
                used.machine() < 0 ? Double.NaN : Math.max(0, used.machine() - used.server()) / 1e9,
                collecting / 1e3,
                night.allAsleep() / 1e9,
                late.getValueAtPercentile(50) / 1e9,
                late.getValueAtPercentile(99) / 1e9,
                late.getMaxValue() / 1e9);
    }

    private static long nanos(String seconds) {
        return (long) (Double.parseDouble(seconds) * 1e9);
    }

    private static long collectingMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime).sum();
    }
}
