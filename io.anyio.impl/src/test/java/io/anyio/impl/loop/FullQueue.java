package io.anyio.impl.loop;

import java.lang.reflect.Field;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The queue of a loop, for which there is no memory at the moment that a test chooses. */
public final class FullQueue extends ConcurrentLinkedQueue<Object> {
    private static final long serialVersionUID = 1;

    /** What is done on the thread that hands something in next, which then fails. */
    private transient volatile @Nullable Runnable meanwhile;

    private transient volatile @Nullable Thread refused;

    private FullQueue() {}

    /** Gives a loop such a queue; in the loop, while nothing else is handed in. */
    public static FullQueue of(Loop loop) {
        FullQueue queue = new FullQueue();
        try {
            Field field = loop.getClass().getDeclaredField(loop instanceof CarrierLoop ? "external" : "ready");
            field.setAccessible(true);
            ConcurrentLinkedQueue<?> before = (ConcurrentLinkedQueue<?>) field.get(loop);
            field.set(loop, queue);
            queue.addAll(before);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        return queue;
    }

    /** What the current thread hands in next is refused, after something else was done. */
    public void refuse(Runnable first) {
        meanwhile = first;
        refused = Thread.currentThread();
    }

    @Override
    public boolean add(Object item) {
        Runnable first = meanwhile;
        if (first != null && refused == Thread.currentThread()) {
            meanwhile = null;
            first.run();
            throw new OutOfMemoryError("made by a test");
        }
        return super.add(item);
    }
}
