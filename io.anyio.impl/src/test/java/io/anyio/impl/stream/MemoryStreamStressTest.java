package io.anyio.impl.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.proof.Proves;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Tasks of two loops and foreign threads send, receive, cancel, close and clone at random. */
class MemoryStreamStressTest {
    private static final int[] SIZES = {0, 1, 2, 10, 1000, MemoryObjectStream.UNLIMITED};
    private static final int ROUNDS = Integer.getInteger("anyio.stress.factor", 1);

    @Test @Proves({"MS-43", "MS-49", "MS-13"})
    void nothingIsLostOrDoubledAndNobodyIsStranded() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            for (List<String> backends : List.of(List.of("carrier", "carrier"), List.of("pool", "pool"),
                    List.of("carrier", "pool"))) {
                for (int size : SIZES) {
                    stress(backends, size, false);
                }
            }
        }
    }

    @Test @Proves({"MS-43", "MS-24"})
    void whatIsLeftWhenTheReceiversGoWasSentAndNotReceived() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            for (String backend : AnyIO.backends()) {
                for (int size : SIZES) {
                    stress(List.of(backend, backend), size, true);
                }
            }
        }
    }

    private static void stress(List<String> backends, int size, boolean receiversGo) throws Exception {
        long seed = ThreadLocalRandom.current().nextLong();
        String what = "seed " + seed + ", backends " + backends + ", size " + size
                + (receiversGo ? ", receivers go first" : "") + ": ";
        MemoryStreamStress stress = new MemoryStreamStress(seed, backends, size, receiversGo);
        assertEquals(List.of(), stress.run(), what + "errors");
        assertEquals(List.of(), stress.violations(), what + "items");
        assertEquals(stress.sent(), stress.received() + stress.left(), what + "sent = received + left");
        assertTrue(stress.sent() > 0, what + "nothing was sent");
    }
}
