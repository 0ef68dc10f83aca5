package io.anyio.impl.stream;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.testing.ObjectStreamContract;
import org.junit.jupiter.api.Nested;

class MemoryObjectStreamContractTest {
    private abstract static class OfSize extends ObjectStreamContract<Integer> {
        private final int size;

        OfSize(int size) {
            this.size = size;
        }

        @Override
        protected Ends<Integer> open() {
            MemoryObjectStream<Integer> stream = AnyIO.createMemoryObjectStream(size);
            return new Ends<>(stream.sender(), stream.receiver());
        }

        @Override
        protected Integer item(int number) {
            return number;
        }
    }

    @Nested
    class WithoutBuffer extends OfSize {
        WithoutBuffer() {
            super(0);
        }
    }

    @Nested
    class OfOne extends OfSize {
        OfOne() {
            super(1);
        }
    }

    @Nested
    class Unlimited extends OfSize {
        Unlimited() {
            super(MemoryObjectStream.UNLIMITED);
        }
    }
}
