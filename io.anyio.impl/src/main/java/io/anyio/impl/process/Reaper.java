package io.anyio.impl.process;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's thread that waits for the end of a process. It reports the end itself, with no thread in between. Needs
 * {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 *
 * <p>The report may come before the {@link Process} knows of the end, so it has the code with it. The JDK forgets its
 * future only after the process knows. So a future that was found before the process knew is the right one, while one
 * that was found later may be new, about a process that is no more.
 */
final class Reaper {
    private static final @Nullable MethodHandle COMPLETION = completion();

    private Reaper() {}

    private static @Nullable MethodHandle completion() {
        try {
            Class<?> type = Class.forName("java.lang.ProcessHandleImpl", false, null);
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup()).findStatic(type, "completion",
                    MethodType.methodType(CompletableFuture.class, long.class, boolean.class));
        } catch (ReflectiveOperationException | RuntimeException _) {
            return null;
        }
    }

    /**
     * Lets an end be reported with the code of the process, at once if it is known.
     *
     * @return false if that is not possible
     */
    @SuppressWarnings("unchecked") // the type in JDK 25
    static boolean tell(Process process, Consumer<Integer> ended) {
        if (COMPLETION == null) {
            return false;
        }
        CompletableFuture<Integer> end;
        try {
            end = (CompletableFuture<Integer>) COMPLETION.invokeExact(process.pid(), false);
        } catch (Throwable e) {
            throw new IllegalStateException("The end of the process " + process.pid() + " is out of reach: " + e, e);
        }
        if (process.isAlive()) {
            var _ = end.thenAccept(ended);
        } else {
            ended.accept(process.exitValue());
        }
        return true;
    }
}
