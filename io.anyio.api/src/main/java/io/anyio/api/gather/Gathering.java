package io.anyio.api.gather;

import io.anyio.api.spi.TaskContext;
import io.anyio.api.spi.error.Sneaky;
import io.anyio.api.stream.MemoryObjectSendStream;
import io.anyio.api.stream.MemoryObjectStream;
import io.anyio.api.stream.MemoryStreams;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.BodyWith;
import io.anyio.api.task.Completed;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.TaskGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs several bodies concurrently, each in a task of its own, in a task group that ends before the call does. */
public final class Gathering {
    private final TaskContext task;

    private Gathering(TaskContext task) {
        this.task = task;
    }

    /**
     * Begins a call.
     *
     * @param what the name of the called method, for the message
     * @return an object that runs bodies in the current task
     */
    public static Gathering in(String what) {
        return new Gathering(TaskContext.current(what));
    }

    /**
     * See {@code AnyIO.gather}.
     *
     * @param <T> the type of the values
     * @param <X> the bodies' checked exception
     * @param bodies the code
     * @return their values
     * @throws X if a body throws it
     */
    public <T extends @Nullable Object, X extends Exception> List<T> all(
            List<? extends Body<? extends T, ? extends X>> bodies) throws X {
        List<Body<? extends T, ? extends X>> given = copied(bodies, "AnyIO.gather");
        @Nullable
        Object[] values = new @Nullable Object[given.size()];
        int[] missing = {values.length};
        return this.<T, X>returned(Arrays.asList(values), () -> missing[0] == 0, group -> {
            int next = 0;
            for (Body<? extends T, ? extends X> body : given) {
                int index = next++;
                group.spawn("gather " + index, () -> {
                    values[index] = body.call();
                    missing[0]--;
                });
            }
        });
    }

    /**
     * See {@code AnyIO.map}.
     *
     * @param <P> the type of the items
     * @param <T> the type of the values
     * @param <X> the function's checked exception
     * @param items what the function is called with
     * @param limit how many calls run concurrently
     * @param function the code
     * @return the values in the order of the items
     * @throws X if the function throws it
     */
    public <P extends @Nullable Object, T extends @Nullable Object, X extends Exception> List<T> map(
            Iterable<? extends P> items, int limit, BodyWith<? super P, ? extends T, ? extends X> function) throws X {
        Objects.requireNonNull(items, "AnyIO.map: the items are null");
        Objects.requireNonNull(function, "AnyIO.map: the function is null");
        if (limit < 1) {
            throw new IllegalArgumentException(
                    "The limit of map is " + limit + ", give at least 1, or Integer.MAX_VALUE for none");
        }
        Iterator<? extends P> rest = itemsOf(items);
        Semaphore free = service(Synchronization.class).createSemaphore(limit);
        List<@Nullable Object> values = new ArrayList<>();
        int[] running = {0};
        boolean[] ended = {false};
        // a copy may be asked at any time; a stream that is asked may take an item
        Values.Completeness complete = () -> running[0] == 0
                && (ended[0] || (items instanceof Collection && !rest.hasNext()));
        return this.<T, X>returned(values, complete, group -> {
            // an item is taken when its call begins, so that none is lost
            for (free.acquire(); rest.hasNext(); free.acquire()) {
                P item = rest.next();
                int index = values.size();
                values.add(null);
                running[0]++;
                group.spawn("map " + index, () -> {
                    values.set(index, function.call(item));
                    running[0]--;
                    free.release();
                });
            }
            ended[0] = true;
        });
    }

    /**
     * See {@code AnyIO.asCompleted}.
     *
     * @param <T> the type of the values
     * @param <X> the bodies' checked exception
     * @param <Y> the block's checked exception
     * @param bodies the code
     * @param block the code that gets the values
     * @throws X if a body throws it
     * @throws Y if the block throws it
     */
    @SuppressWarnings("unused") // Y is thrown unseen
    public <T extends @Nullable Object, X extends Exception, Y extends Exception> void asCompleted(
            List<? extends Body<? extends T, ? extends X>> bodies,
            BlockWith<? super Iterable<Completed<T>>, ? extends Y> block) throws X, Y {
        List<Body<? extends T, ? extends X>> given = copiedSome(bodies, "AnyIO.asCompleted");
        Objects.requireNonNull(block, "AnyIO.asCompleted: the block is null");
        task.checkpoint();
        MemoryObjectStream<Completed<T>> completed = service(MemoryStreams.class)
                .createMemoryObjectStream(MemoryObjectStream.UNLIMITED);
        List<@Nullable Object> values = new ArrayList<>();
        Values taken = new Values(task);
        try (completed) {
            this.<X>group(group -> {
                int[] running = {given.size()};
                int next = 0;
                for (Body<? extends T, ? extends X> body : given) {
                    int index = next++;
                    group.spawn("asCompleted " + index, () -> {
                        MemoryObjectSendStream<Completed<T>> sender = completed.sender();
                        T value = body.call();
                        values.add(value);
                        sender.sendNowait(new Completed<T>(index, value));
                        if (--running[0] == 0) {
                            sender.close();
                        }
                    });
                }
                block.run((Iterable<Completed<T>>) () -> noting(completed.receiver().iterator(), taken));
                group.cancelScope().cancel("the results of the others are not wanted");
            });
        } finally {
            taken.closeOthers(values);
        }
    }

    private static <T extends @Nullable Object> Iterator<Completed<T>> noting(Iterator<Completed<T>> each,
            Values taken) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return each.hasNext();
            }

            @Override
            public Completed<T> next() {
                Completed<T> completed = each.next();
                taken.keep(completed.value());
                return completed;
            }
        };
    }

    /**
     * See {@code AnyIO.race}.
     *
     * @param <T> the type of the value
     * @param <X> the bodies' checked exception
     * @param bodies the code
     * @return the value of the winner
     * @throws X if all bodies failed
     */
    @SuppressWarnings({"NullAway", "unchecked"}) // the values are of type T
    public <T extends @Nullable Object, X extends Exception> T race(
            List<? extends Body<? extends T, ? extends X>> bodies) throws X {
        List<Body<? extends T, ? extends X>> given = copiedSome(bodies, "AnyIO.race");
        task.checkpoint();
        List<@Nullable Object> values = new ArrayList<>(1);
        List<Exception> failures = new ArrayList<>();
        Values winner = new Values(task);
        try {
            Values.<X>run(() -> this.<X>group(group -> {
                int next = 0;
                for (Body<? extends T, ? extends X> body : given) {
                    group.spawn("race " + next++, () -> {
                        try {
                            values.add(body.call());
                        } catch (Exception e) {
                            failures.add(e);
                            return;
                        }
                        if (values.size() == 1) {
                            group.cancelScope().cancel("another body has won the race");
                        }
                    });
                }
            }), () -> !values.isEmpty());
            if (values.isEmpty()) {
                throw Sneaky.<X>asThrown(failures.size() == 1 ? failures.getFirst() : new ExceptionGroup(failures));
            }
            winner.keep(values.getFirst());
            return (T) values.getFirst();
        } finally {
            winner.closeOthers(values);
        }
    }

    /** Runs tasks for values that are returned, all or none. */
    private <T extends @Nullable Object, X extends Exception> List<T> returned(List<@Nullable Object> values,
            Values.Completeness complete, BlockWith<TaskGroup<Exception>, Exception> block) throws X {
        task.checkpoint();
        Values returned = new Values(task);
        try {
            Values.<X>run(() -> this.<X>group(block), complete);
            returned.keep(values);
            return asList(values.toArray());
        } finally {
            returned.closeOthers(values);
        }
    }

    /** A group of which every single exception leaves as itself: the bodies declare it. */
    private <X extends Exception> void group(BlockWith<TaskGroup<Exception>, Exception> block) throws X {
        try {
            task.createTaskGroup(Exception.class, GroupOptions.DEFAULT).run(block);
        } catch (Exception e) {
            throw Sneaky.<X>asThrown(e);
        }
    }

    private <S> S service(Class<S> type) {
        return task.runtime().require(type);
    }

    /** A collection is copied, as a list of bodies is; what else gives items is asked when a call may begin. */
    private static <P extends @Nullable Object> Iterator<? extends P> itemsOf(Iterable<? extends P> items) {
        if (!(items instanceof Collection)) {
            return items.iterator();
        }
        List<P> copy = new ArrayList<>();
        for (P item : items) {
            copy.add(item);
        }
        return copy.iterator();
    }

    /** What was given, read once and before anything begins: the list may change, and its code may fail. */
    private static <B> List<B> copied(List<? extends B> bodies, String what) {
        if (bodies == null) {
            throw new NullPointerException(what + ": the list of bodies is null");
        }
        List<B> given = new ArrayList<>();
        for (B body : bodies) {
            if (body == null) {
                throw new NullPointerException(what + ": a body is null");
            }
            given.add(body);
        }
        return given;
    }

    private static <B> List<B> copiedSome(List<? extends B> bodies, String what) {
        List<B> given = copied(bodies, what);
        if (given.isEmpty()) {
            throw new IllegalArgumentException("The list of bodies for " + what + " is empty, give at least one");
        }
        return given;
    }

    @SuppressWarnings("unchecked") // an array of values of type T
    private static <T extends @Nullable Object> List<T> asList(@Nullable Object[] values) {
        return (List<T>) Collections.unmodifiableList(Arrays.asList(values));
    }
}
