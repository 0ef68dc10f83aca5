package io.anyio.net.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.anyio.api.AnyIO;
import io.anyio.api.net.SocketListener;
import io.anyio.api.net.SocketStream;
import io.anyio.api.spi.Skippable;
import io.anyio.api.task.Body;
import io.anyio.api.task.LoopClosedException;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.net.Descriptors;
import io.anyio.net.Pair;
import io.anyio.testing.AnyioTest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A connection whose handler's task cannot be started, in whatever way that fails, is closed. */
class HandlerStartTest {
    /** A task that has ended before it began. */
    private static TaskHandle<?> ended(TaskHandle.Status status) {
        return (TaskHandle<?>) Proxy.newProxyInstance(TaskHandle.class.getClassLoader(),
                new Class<?>[]{TaskHandle.class}, (_, method, _) -> method.getName().equals("status") ? status : null);
    }

    /** Like a group that cannot start a task, or one whose task ends without running its body. */
    private static TaskGroup<?> groupThat(Object outcome) {
        return (TaskGroup<?>) Proxy.newProxyInstance(TaskGroup.class.getClassLoader(), new Class<?>[]{TaskGroup.class},
                (_, _, arguments) -> {
                    if (outcome instanceof Throwable thrown) {
                        throw thrown;
                    }
                    Skippable.skip((Body<?, ?>) arguments[1], new OutOfMemoryError("no space for the task"));
                    return outcome;
                });
    }

    @AnyioTest
    void itsConnectionIsClosed(TaskGroup<?> group) throws Exception {
        Pair.open().close();
        for (Throwable thrown : List.of(new OutOfMemoryError("unable to create native thread"),
                new LoopClosedException("it ends"), new IllegalStateException("the group has ended"))) {
            Set<String> before = Descriptors.sockets();
            try (SocketListener listener = Pair.listen(); SocketStream client = Pair.connect(listener)) {
                assertSame(thrown, assertThrows(Throwable.class,
                        () -> listener.serve(_ -> {}, groupThat(thrown))));
                assertThrows(IOException.class, client::receive);
            }
            assertEquals(before, Descriptors.sockets());
        }
        for (TaskHandle.Status status : List.of(TaskHandle.Status.FAILED, TaskHandle.Status.CANCELLED)) {
            try (SocketListener listener = Pair.listen(); SocketStream client = Pair.connect(listener)) {
                TaskHandle<?> serving = group.spawn("serve", () -> listener.serve(_ -> {}, groupThat(ended(status))));
                AnyIO.failAfter(Duration.ofSeconds(20), () -> assertThrows(IOException.class, client::receive));
                serving.cancel();
                serving.awaitEnd();
            }
        }
    }

    /** Like a group of another loop, where the handler may have ended before the server continues. */
    private static TaskGroup<?> groupThatIsFaster(TaskHandle.Status status) {
        return (TaskGroup<?>) Proxy.newProxyInstance(TaskGroup.class.getClassLoader(), new Class<?>[]{TaskGroup.class},
                (_, _, arguments) -> {
                    Object _ = ((Body<?, ?>) arguments[1]).call();
                    return ended(status);
                });
    }

    @AnyioTest
    void whatAHandlerThatHasEndedKeepsStaysOpen(TaskGroup<?> group) throws Exception {
        for (TaskHandle.Status status : List.of(TaskHandle.Status.FINISHED, TaskHandle.Status.FAILED)) {
            try (SocketListener listener = Pair.listen(); SocketStream client = Pair.connect(listener)) {
                List<SocketStream> kept = new ArrayList<>();
                TaskHandle<?> serving = group.spawn("serve",
                        () -> listener.serve(kept::add, groupThatIsFaster(status)));
                AnyIO.waitAllTasksBlocked();
                try (SocketStream stream = kept.getFirst()) {
                    stream.send(new byte[]{7});
                    assertArrayEquals(new byte[]{7}, client.receive());
                }
                serving.cancel();
                serving.awaitEnd();
            }
        }
    }
}
