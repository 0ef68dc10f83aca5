package io.anyio.impl.spin;

import java.util.Objects;
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
 * Links early what the JDK's atomics, queues and futures would link when they are first used. The JVM links each use of
 * a VarHandle in them, which takes more stack than is reserved for an operation. Near the end of a stack this would
 * fail in the middle of a hand-over, and a future does not report such an error.
 *
 * <p>{@code LazyLinksTest} finds the uses that our operations reach. One use is left out because only a lost race
 * reaches it: adding to a future while another thread does so.
 */
public final class EarlyLinks {
    private static volatile boolean made;

    private EarlyLinks() {}

    /** Links everything; called before a loop is made. Only the first call costs anything. */
    public static void make() {
        if (!made) {
            // or the wait would not be linked
            boolean interrupted = Thread.interrupted();
            try {
                errors();
                atomics();
                queue();
                futures();
                made = true;
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** The JVM asks the class loader for a class that is caught for the first time, which takes memory. */
    private static void errors() {
        Objects.requireNonNull(OutOfMemoryError.class);
    }

    @SuppressWarnings("UnnecessaryAsync") // used only to be linked
    private static void atomics() {
        new AtomicBoolean().compareAndSet(false, true);
        AtomicReference<String> reference = new AtomicReference<>("");
        if (reference.compareAndSet("", "")) {
            reference.getAndSet("");
        }
    }

    private static void queue() {
        ConcurrentLinkedQueue<Object> queue = new ConcurrentLinkedQueue<>();
        // its tail and head move only with every second item
        while (queue.size() < 3) {
            queue.add("");
        }
        while (!queue.isEmpty()) {
            queue.poll();
        }
    }

    /** Uses futures as operations do: two with a common dependent, of which one is awaited. */
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
            // expected: the wait has linked what a wait needs
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        one.complete("");
        other.completeExceptionally(new IllegalStateException("made to link what an error needs"));
        either.whenComplete(nothing).handle(nothing).cancel(false);
        failed.cancel(false);
        last.cancel(false);
    }

    /** Not lambdas: linking them would cost as much as all the rest. */
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
