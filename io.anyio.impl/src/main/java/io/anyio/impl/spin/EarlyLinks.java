package io.anyio.impl.spin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Links beforehand what the JDK's atomics, queues and futures link when they are first used: their VarHandles, which
 * the JVM links at each of their uses. That takes more stack than is reserved for an operation. It would fail where the
 * stack ends, in the midst of a hand-over, and a future keeps such an error to itself.
 *
 * <p>{@code LazyLinksTest} finds what our operations need of it. A use that only a lost race reaches is not among them:
 * to add to a future while another thread does so.
 */
public final class EarlyLinks {
    private static volatile boolean made;

    private EarlyLinks() {}

    /** To be called before the first task runs; only the first call costs anything. */
    public static void make() {
        if (!made) {
            atomics();
            queue();
            futures();
            made = true;
        }
    }

    @SuppressWarnings("UnnecessaryAsync") // their links are what is wanted
    private static void atomics() {
        new AtomicBoolean().compareAndSet(false, true);
        AtomicReference<String> reference = new AtomicReference<>("");
        if (reference.compareAndSet("", "")) {
            reference.getAndSet("");
        }
    }

    private static void queue() {
        ConcurrentLinkedQueue<Object> queue = new ConcurrentLinkedQueue<>();
        // its tail and its head move with every second item only
        while (queue.size() < 3) {
            queue.add("");
        }
        while (!queue.isEmpty()) {
            queue.poll();
        }
    }

    /** Two futures with a common dependent and others, as two ends of which one is awaited. */
    private static void futures() {
        CompletableFuture<Object> one = new CompletableFuture<>();
        CompletableFuture<Object> other = new CompletableFuture<>();
        Nothing nothing = new Nothing();
        CompletableFuture<?> either = CompletableFuture.anyOf(one, other);
        CompletableFuture<?> failed = other.thenRun(nothing);
        CompletableFuture<?> last = one.thenRun(nothing);
        try {
            one.get(1, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // the wait has been taken back
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        one.complete("");
        other.completeExceptionally(new IllegalStateException("made to link what an error needs"));
        either.whenComplete(nothing).handle(nothing).cancel(false);
        failed.cancel(false);
        last.cancel(false);
    }

    /** No lambdas: linking them would cost as much as all the rest. */
    private static final class Nothing
            implements
            Runnable,
            BiConsumer<Object, @Nullable Throwable>,
            BiFunction<Object, @Nullable Throwable, Object> {
        @Override
        public void run() {}

        @Override
        public void accept(Object value, @Nullable Throwable error) {}

        @Override
        public Object apply(Object value, @Nullable Throwable error) {
            return "";
        }
    }
}
