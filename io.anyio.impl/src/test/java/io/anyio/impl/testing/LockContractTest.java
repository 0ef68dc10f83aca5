package io.anyio.impl.testing;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Semaphore;
import io.anyio.testing.LockContract;
import org.junit.jupiter.api.Nested;

class LockContractTest {

    @Nested
    class OfALock extends LockContract {
        @Override
        protected Subject create() {
            return Subject.of(AnyIO.createLock());
        }
    }

    @Nested
    class OfACondition extends LockContract {
        @Override
        protected Subject create() {
            Condition condition = AnyIO.createCondition();
            return new Subject(condition::acquire, condition::acquireNowait, condition::release);
        }
    }

    @Nested
    class OfASemaphoreWithOneSlot extends LockContract {
        @Override
        protected Subject create() {
            Semaphore semaphore = AnyIO.createSemaphore(1);
            return new Subject(semaphore::acquire, semaphore::acquireNowait, semaphore::release);
        }
    }

    @Nested
    class OfALimiterWithOneToken extends LockContract {
        @Override
        protected Subject create() {
            CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
            return new Subject(limiter::acquire, limiter::acquireNowait, limiter::release);
        }
    }
}
