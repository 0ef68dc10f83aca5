package io.anyio.impl.scope;

import io.anyio.api.task.CancelScope;
import io.anyio.impl.loop.Loop;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the scopes of one loop share: the loop, and the foreign code in them. A cancel from outside of the loop
 * interrupts that code while a task keeps the loop busy with it.
 */
final class ScopeTree {
    final Loop loop;

    private final Set<Interruptible> interruptibles = ConcurrentHashMap.newKeySet();

    /** Whether a task has ever asked if it should finish. If none has, a stop need not wait for that. */
    private volatile boolean finishIsWatched;

    /** Code inside a scope that can be interrupted. From any thread. */
    interface Interruptible {
        /** Whether a cancellation of the scope takes effect in the code. */
        boolean sees(CancelScope scope);

        /** Interrupts it. */
        void interrupt();
    }

    ScopeTree(Loop loop) {
        this.loop = loop;
    }

    void add(Interruptible code) {
        interruptibles.add(code);
    }

    void remove(Interruptible code) {
        interruptibles.remove(code);
    }

    /** Whether there is code that a cancellation of the scope interrupts. From any thread. */
    boolean interruptsIn(CancelScope scope) {
        for (Interruptible code : interruptibles) {
            if (code.sees(scope)) {
                return true;
            }
        }
        return false;
    }

    /** Interrupts all code that sees a cancellation of the scope. From any thread. */
    void interruptIn(CancelScope cancelled) {
        for (Interruptible code : interruptibles) {
            if (code.sees(cancelled)) {
                code.interrupt();
            }
        }
    }

    /** Refuses to let other threads change an entered scope. */
    void checkInLoop(String what) {
        if (!loop.inLoop()) {
            throw new IllegalStateException("CancelScope." + what
                    + " of an active scope is set by a task of its own loop " + loop.name
                    + ", but the caller is the thread '" + Thread.currentThread().getName()
                    + "'; cancel() works from any thread");
        }
    }

    void watchFinish() {
        if (!finishIsWatched) {
            finishIsWatched = true;
        }
    }

    boolean finishIsWatched() {
        return finishIsWatched;
    }
}
