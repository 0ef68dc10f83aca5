package io.anyio.api.stream;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of a stream that carries objects from task to task in memory.
 *
 * {@snippet :
 * MemoryObjectStream<String> words = AnyIO.createMemoryObjectStream();
 * AnyIO.createTaskGroup(IOException.class).run(group -> {
 *     group.spawn("producer", () -> {
 *         try (var sender = words.sender()) {
 *             sender.send("hello");
 *             sender.send("world");
 *         }
 *     });
 *     try (var receiver = words.receiver()) {
 *         for (String word : receiver) {
 *             heard.add(word);
 *         }
 *     }
 * });
 * }
 *
 * <p>With a buffer of size 0, which is the default, a send waits until a task receives the item. Each end belongs to
 * the task that uses it, and that task closes it. Several producers or consumers use clones of an end. The ends may be
 * used on different loops.
 *
 * <p>Guide: {@code docs/memory-streams.md}. In AnyIO: {@code anyio.create_memory_object_stream}. Rules: MS-01 to MS-49
 * of {@code docs/semantics.md}.
 *
 * @param <T> the type of the items
 * @param sender the send end
 * @param receiver the receive end
 */
public record MemoryObjectStream<T extends @Nullable Object>(MemoryObjectSendStream<T> sender,
        MemoryObjectReceiveStream<T> receiver)
        implements
        AsyncResource {
    /** The size of a buffer that is never full, so that a send never waits. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** Refuses null. */
    public MemoryObjectStream {
        Objects.requireNonNull(sender, "MemoryObjectStream.sender is null");
        Objects.requireNonNull(receiver, "MemoryObjectStream.receiver is null");
    }

    /**
     * Closes both ends, but not their clones. Not a checkpoint; from any thread.
     *
     * <p>Rules: MS-44, MS-49 of {@code docs/semantics.md}.
     */
    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
