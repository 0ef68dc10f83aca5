package io.anyio.itest.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.anyio.itest.exam.Framework;
import io.anyio.proof.ChildJvm;
import io.anyio.proof.Proves;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rounds of the life of bundles under load. Each begins and ends with all bundles stopped; in between, clients are
 * connected to two user bundles, and our bundles and theirs are stopped, started, updated and refreshed in an order
 * that a seed decides, while configurations change; or the framework stops. {@code -Danyio.load.rounds},
 * {@code -Danyio.load.connections} and {@code -Danyio.load.seed} ask for more, and for the same again.
 *
 * <p>Each framework has a process of its own, whose collector clears soft references: the JDK keeps the classes of a
 * record softly until another record is compared.
 */
class LoadIT {
    private static final int ROUNDS = Integer.getInteger("anyio.load.rounds", 2);
    private static final int CONNECTIONS = Integer.getInteger("anyio.load.connections", 50);
    private static final long SEED = Long.getLong("anyio.load.seed", System.nanoTime());
    private static final Duration MOST_FOR_A_ROUND = Duration.ofSeconds(60);
    private static final String[] SOFT = {"-XX:SoftRefLRUPolicyMSPerMB=0", "-XX:+UseSerialGC",
            "-Dorg.ops4j.pax.logging.DefaultServiceLog.level=WARN"};
    private static final String[] CARRIER = {SOFT[0], SOFT[1], SOFT[2], ChildJvm.CARRIER,
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED"};

    @TempDir
    private Path directory;

    @ParameterizedTest @EnumSource @Proves({"LL-01", "LL-02", "LL-03", "LL-04", "LL-05", "LL-06", "LL-07", "LL-08"})
    void nothingIsLeftOnCarrier(Framework kind, TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", "carrier");
        run(kind, CARRIER);
    }

    @ParameterizedTest @EnumSource @Proves({"LL-01", "LL-02", "LL-03", "LL-04", "LL-05", "LL-06", "LL-07", "LL-08"})
    void nothingIsLeftOnPool(Framework kind, TestReporter reporter) throws Exception {
        reporter.publishEntry("anyio.backend", "pool");
        run(kind, SOFT);
    }

    private void run(Framework kind, String... options) throws Exception {
        ChildJvm.Ended ended = ChildJvm.of(LoadRun.class, options)
                .patience(MOST_FOR_A_ROUND.multipliedBy(ROUNDS + 1))
                .run(kind.name(), directory.toString(), "" + ROUNDS, "" + CONNECTIONS, "" + SEED).well();
        // and one before, in which what stays is loaded
        assertEquals(1 + ROUNDS, ended.output().lines().filter(line -> line.startsWith("Passed: ")).count(),
                ended::toString);
    }
}
