package io.anyio.examples;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.Lock;
import io.anyio.testing.LockContract;

/** A lock of one's own passes the contract. */
class MyLockTest extends LockContract {
    @Override
    protected Subject create() {
        Lock lock = AnyIO.createLock();
        return new Subject(lock::acquire, lock::acquireNowait, lock::release);
    }
}
