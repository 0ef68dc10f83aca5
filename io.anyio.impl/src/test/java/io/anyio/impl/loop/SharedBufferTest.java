package io.anyio.impl.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharedBufferTest {
    private final SharedBuffer shared = new SharedBuffer();

    @Test
    void everybodyGetsTheSameBufferCleared() {
        ByteBuffer first = shared.get();
        first.put((byte) 1).flip();

        ByteBuffer second = shared.get();

        assertSame(first, second);
        assertEquals(first.capacity(), second.remaining());
    }

    @Test
    void nobodyGetsABufferThatIsLent() {
        Set<ByteBuffer> lent = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 20; i++) {
            shared.get();
            lent.add(shared.lend());
        }

        assertEquals(20, lent.size());
        lent.forEach(each -> assertNotSame(each, shared.get()));
    }

    @Test
    void whatIsGivenBackIsUsedNextAndTheOthersLater() {
        List<ByteBuffer> lent = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            shared.get();
            lent.add(shared.lend());
        }

        lent.forEach(shared::giveBack);

        for (int i = 2; i >= 0; i--) {
            assertSame(lent.get(i), shared.get());
            shared.lend();
        }
    }

    @Test
    void nothingIsLentThatWasNotAskedFor() {
        assertThrows(IllegalStateException.class, shared::lend);
        shared.get();
        shared.lend();
        assertThrows(IllegalStateException.class, shared::lend);
    }
}
