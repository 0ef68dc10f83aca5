package io.anyio.itest.table;

import io.anyio.api.AnyIO;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Held;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.ResourceGuard;
import io.anyio.api.sync.Semaphore;
import java.util.Optional;

/** Locks and their relatives. */
final class SyncRows {
    private SyncRows() {}

    static void add(Rows rows) {
        lock(rows.kind("lock", Lock.class));
        condition(rows.kind("condition", Condition.class));
        semaphore(rows.kind("semaphore", Semaphore.class));
        limiter(rows.kind("limiter", CapacityLimiter.class));
        event(rows.kind("event", Event.class));
        guard(rows.kind("resource guard", ResourceGuard.class));
    }

    private static void lock(Rows.Kind kind) {
        kind.row("acquire()", _ -> {
            Lock lock = AnyIO.createLock();
            return Subject.of(() -> {
                lock.acquire();
                lock.release();
            }).waits(lock::acquire, lock::release);
        });
        kind.row("hold()", _ -> {
            Lock lock = AnyIO.createLock();
            return Subject.of(() -> {
                try (Held _ = lock.hold()) {}
            }).waits(lock::acquire, lock::release);
        });
        kind.row("acquireNowait()", _ -> {
            Lock lock = AnyIO.createLock();
            return Subject.of(() -> {
                lock.acquireNowait();
                lock.release();
            }).noCheckpoint();
        });
        kind.row("release()", _ -> {
            Lock lock = AnyIO.createLock();
            return Subject.of(lock::release).ready(lock::acquire).noCheckpoint().elsewhere(IllegalStateException.class);
        });
    }

    private static void condition(Rows.Kind kind) {
        kind.row("acquire()", _ -> {
            Condition condition = AnyIO.createCondition();
            return Subject.of(() -> {
                condition.acquire();
                condition.release();
            }).waits(condition::acquire, condition::release);
        });
        kind.row("hold()", _ -> {
            Condition condition = AnyIO.createCondition();
            return Subject.of(() -> {
                try (Held _ = condition.hold()) {}
            }).waits(condition::acquire, condition::release);
        });
        kind.row("acquireNowait()", _ -> {
            Condition condition = AnyIO.createCondition();
            return Subject.of(() -> {
                condition.acquireNowait();
                condition.release();
            }).noCheckpoint();
        });
        kind.row("release()", _ -> {
            Condition condition = AnyIO.createCondition();
            return Subject.of(condition::release).ready(condition::acquire).noCheckpoint()
                    .elsewhere(IllegalStateException.class);
        });
        kind.row("await()", _ -> {
            Condition condition = AnyIO.createCondition();
            boolean[] signalled = new boolean[1];
            return Subject.of(() -> {
                condition.acquireNowait();
                try {
                    if (!signalled[0])
                        condition.await();
                    else
                        AnyIO.checkpoint(); // nobody signals a second time
                } finally {
                    condition.release();
                }
            }).ready(() -> signalled[0] = true).waits(() -> {
                signalled[0] = true;
                condition.acquireNowait();
                condition.signal();
                condition.release();
            });
        });
        kind.row("awaitFor(BooleanSupplier)", _ -> {
            Condition condition = AnyIO.createCondition();
            boolean[] holds = new boolean[1];
            return Subject.of(() -> {
                condition.acquireNowait();
                try {
                    condition.awaitFor(() -> holds[0]);
                } finally {
                    condition.release();
                }
            }).ready(() -> holds[0] = true).waits(() -> {
                holds[0] = true;
                signalAll(condition);
            });
        });
        kind.row("awaitValue(Supplier)", _ -> {
            Condition condition = AnyIO.createCondition();
            boolean[] holds = new boolean[1];
            return Subject.of(() -> {
                condition.acquireNowait();
                try {
                    condition.awaitValue(() -> holds[0] ? Optional.of(1) : Optional.empty());
                } finally {
                    condition.release();
                }
            }).ready(() -> holds[0] = true).waits(() -> {
                holds[0] = true;
                signalAll(condition);
            });
        });
        for (String operation : new String[]{"signal()", "signal(int)", "signalAll()"}) {
            kind.row(operation, _ -> {
                Condition condition = AnyIO.createCondition();
                return Subject.of(() -> {
                    switch (operation) {
                        case "signal()" -> condition.signal();
                        case "signal(int)" -> condition.signal(2);
                        default -> condition.signalAll();
                    }
                }).ready(condition::acquire).noCheckpoint().elsewhere(IllegalStateException.class);
            });
        }
    }

    private static void signalAll(Condition condition) {
        condition.acquireNowait();
        condition.signalAll();
        condition.release();
    }

    private static void semaphore(Rows.Kind kind) {
        kind.row("acquire()", _ -> {
            Semaphore semaphore = AnyIO.createSemaphore(1);
            return Subject.of(() -> {
                semaphore.acquire();
                semaphore.release();
            }).waits(semaphore::acquire, semaphore::release);
        });
        kind.row("hold()", _ -> {
            Semaphore semaphore = AnyIO.createSemaphore(1);
            return Subject.of(() -> {
                try (Held _ = semaphore.hold()) {}
            }).waits(semaphore::acquire, semaphore::release);
        });
        kind.row("acquireNowait()", _ -> {
            Semaphore semaphore = AnyIO.createSemaphore(5);
            return Subject.of(semaphore::acquireNowait).noCheckpoint().anywhere();
        });
        kind.row("release()", _ -> {
            Semaphore semaphore = AnyIO.createSemaphore(0);
            return Subject.of(semaphore::release).noCheckpoint().anywhere();
        });
    }

    private static void limiter(Rows.Kind kind) {
        kind.row("acquire()", _ -> {
            CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
            return Subject.of(() -> {
                limiter.acquire();
                limiter.release();
            }).waits(() -> limiter.acquireOnBehalfOf("holder"), () -> limiter.releaseOnBehalfOf("holder"));
        });
        kind.row("hold()", _ -> {
            CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
            return Subject.of(() -> {
                try (Held _ = limiter.hold()) {}
            }).waits(() -> limiter.acquireOnBehalfOf("holder"), () -> limiter.releaseOnBehalfOf("holder"));
        });
        kind.row("acquireOnBehalfOf(Object)", _ -> {
            CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
            return Subject.of(() -> {
                limiter.acquireOnBehalfOf("waiter");
                limiter.releaseOnBehalfOf("waiter");
            }).waits(() -> limiter.acquireOnBehalfOf("holder"), () -> limiter.releaseOnBehalfOf("holder"));
        });
        kind.row("acquireNowait()", _ -> {
            CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
            return Subject.of(() -> {
                limiter.acquireNowait();
                limiter.release();
            }).noCheckpoint();
        });
        kind.row("release()", _ -> {
            CapacityLimiter limiter = AnyIO.createCapacityLimiter(1);
            return Subject.of(limiter::release).ready(limiter::acquire).noCheckpoint()
                    .elsewhere(IllegalStateException.class);
        });
        kind.row("acquireOnBehalfOfNowait(Object)", _ -> {
            CapacityLimiter limiter = AnyIO.createCapacityLimiter(9);
            return Subject.of(() -> limiter.acquireOnBehalfOfNowait(new Object())).noCheckpoint().anywhere();
        });
        kind.row("releaseOnBehalfOf(Object)", _ -> {
            CapacityLimiter limiter = AnyIO.createCapacityLimiter(9);
            return Subject.of(() -> limiter.releaseOnBehalfOf("a")).ready(() -> limiter.acquireOnBehalfOf("a"))
                    .noCheckpoint().anywhere();
        });
        kind.row("totalTokens(int)", _ -> {
            CapacityLimiter limiter = AnyIO.createCapacityLimiter(9);
            return Subject.of(() -> limiter.totalTokens(3)).noCheckpoint().anywhere();
        });
    }

    private static void event(Rows.Kind kind) {
        kind.row("await()", _ -> {
            Event event = AnyIO.createEvent();
            return Subject.of(event::await).ready(event::set).waits(event::set);
        });
        kind.row("set()", _ -> {
            Event event = AnyIO.createEvent();
            return Subject.of(event::set).noCheckpoint().anywhere();
        });
    }

    private static void guard(Rows.Kind kind) {
        kind.row("use()", _ -> {
            ResourceGuard guard = AnyIO.createResourceGuard("using");
            return Subject.of(() -> guard.use().close()).busyWith(() -> {
                try (Held _ = guard.use()) {
                    AnyIO.sleepForever();
                }
            }).noCheckpoint().anywhere();
        });
    }
}
