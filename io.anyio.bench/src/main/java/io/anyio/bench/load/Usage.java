package io.anyio.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * CPU time used so far, or between two moments, in nanoseconds; -1 where the system does not tell. The kernel counts in
 * steps of about 10 ms.
 *
 * @param wall monotonic clock
 * @param server the server's process
 * @param client this process
 * @param machine all processes and interrupts of the machine
 */
public record Usage(long wall, long server, long client, long machine) {
    private static final Path STAT = Path.of("/proc/stat");
    private static final long NANOS_PER_TICK = 10_000_000;

    /** The time used until now by the server with this process id, and by the others. */
    public static Usage now(long serverPid) {
        long server = ProcessHandle.of(serverPid).map(Usage::cpu).orElse(-1L);
        return new Usage(System.nanoTime(), server, cpu(ProcessHandle.current()), machineCpu());
    }

    /** What was used since then. */
    public Usage since(Usage start) {
        return new Usage(wall - start.wall, used(start.server, server), used(start.client, client),
                used(start.machine, machine));
    }

    /** What neither the server nor this process used. */
    public long other() {
        return machine < 0 || server < 0 || client < 0 ? -1 : Math.max(0, machine - server - client);
    }

    private static long used(long before, long after) {
        return before < 0 || after < 0 ? -1 : after - before;
    }

    private static long cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().map(Duration::toNanos).orElse(-1L);
    }

    /** Sums user, nice, system, irq, softirq and steal of the first line of /proc/stat. */
    private static long machineCpu() {
        if (!Files.isReadable(STAT)) {
            return -1;
        }
        try (var lines = Files.lines(STAT)) {
            String[] fields = lines.findFirst().orElse("").split(" +");
            if (fields.length < 9) {
                return -1;
            }
            long ticks = 0;
            for (int i : new int[]{1, 2, 3, 6, 7, 8}) {
                ticks += Long.parseLong(fields[i]);
            }
            return ticks * NANOS_PER_TICK;
        } catch (IOException e) {
            return -1;
        }
    }
}
