package io.anyio.impl.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.stream.AsyncResource;
import io.anyio.api.stream.MemoryStreams;
import io.anyio.api.sync.CapacityLimiter;
import io.anyio.api.sync.CapacityLimiterOptions;
import io.anyio.api.sync.Condition;
import io.anyio.api.sync.Event;
import io.anyio.api.sync.Lock;
import io.anyio.api.sync.ResourceGuard;
import io.anyio.api.sync.Semaphore;
import io.anyio.api.sync.SemaphoreOptions;
import io.anyio.api.sync.Synchronization;
import io.anyio.api.task.Block;
import io.anyio.api.task.BlockWith;
import io.anyio.api.task.Body;
import io.anyio.api.task.BodyWith;
import io.anyio.api.task.CancelScope;
import io.anyio.api.task.Clock;
import io.anyio.api.task.Deadline;
import io.anyio.api.task.ExceptionGroup;
import io.anyio.api.task.GroupOptions;
import io.anyio.api.task.LoopOptions;
import io.anyio.api.task.ScopeOptions;
import io.anyio.api.task.TaskGroup;
import io.anyio.api.task.TaskHandle;
import io.anyio.api.thread.BlockingPortal;
import io.anyio.api.thread.WorkerOptions;
import io.anyio.impl.time.SystemClock;
import io.anyio.testing.AnyioTest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.TypeVariable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Null is refused where it is given, by a message that names it, and changes nothing. */
class NullArgumentsTest {
    private final Map<Class<?>, Object> valid = new HashMap<>();

    private void know(Object value, Class<?> type) {
        valid.put(type, value);
    }

    private void learn() {
        know(Duration.ZERO, Duration.class);
        know(Deadline.NEVER, Deadline.class);
        know("text", String.class);
        know((Body<Object, RuntimeException>) () -> "", Body.class);
        know((Block<RuntimeException>) () -> {}, Block.class);
        know((BodyWith<Object, Object, RuntimeException>) _ -> "", BodyWith.class);
        know((BlockWith<Object, RuntimeException>) _ -> {}, BlockWith.class);
        know(UnaryOperator.identity(), UnaryOperator.class);
        know(RuntimeException.class, Class.class);
        know(List.of((Body<Object, RuntimeException>) () -> ""), List.class);
        know(List.of(), Iterable.class);
        know(new Body<?, ?>[]{() -> ""}, Body[].class);
        know(AnyIO.createLock(), Lock.class);
        know((AsyncResource) () -> {}, AsyncResource.class);
        know(new Object(), Object.class);
        know((Predicate<Object>) _ -> true, Predicate.class);
        know(AnyIO.createCapacityLimiter(1), CapacityLimiter.class);
        know(SystemClock.INSTANCE, Clock.class);
        know(1, int.class);
        know(1L, long.class);
        know(true, boolean.class);
    }

    private static boolean mayBeNull(Parameter parameter) {
        return parameter.getType().isPrimitive() || parameter.getAnnotatedType().isAnnotationPresent(Nullable.class)
                || parameter.getParameterizedType() instanceof TypeVariable;
    }

    /** What is wrong with one method of an object, or of a class. */
    private void look(Class<?> type, @Nullable Object target, List<String> wrong) throws Exception {
        for (Method method : type.getMethods()) {
            if (method.getDeclaringClass() == Object.class || method.getDeclaringClass() == Throwable.class
                    || method.getName().equals("printStackTrace") || method.isSynthetic()
                    || Modifier.isStatic(method.getModifiers()) != (target == null)) {
                continue;
            }
            Parameter[] parameters = method.getParameters();
            for (int i = 0; i < parameters.length; i++) {
                if (!mayBeNull(parameters[i]) && !method.getName().equals("equals")) {
                    look(method, target, i, wrong);
                }
            }
        }
    }

    private void look(Method method, @Nullable Object target, int which, List<String> wrong) throws Exception {
        Object[] arguments = new Object[method.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            Class<?> type = method.getParameterTypes()[i];
            if (i != which && !valid.containsKey(type)) {
                throw new AssertionError("No example of " + type);
            }
            arguments[i] = i == which ? null : valid.get(type);
        }
        String what = method.getDeclaringClass().getSimpleName() + "." + method.getName() + " with null as "
                + method.getParameters()[which].getType().getSimpleName() + " (" + which + ")";
        try {
            method.invoke(target, arguments);
            wrong.add(what + " is accepted");
        } catch (InvocationTargetException e) {
            Throwable error = e.getCause();
            String message = String.valueOf(error.getMessage());
            if (!(error instanceof NullPointerException || error instanceof IllegalArgumentException)
                    || error.getMessage() == null || message.startsWith("Cannot ") || message.equals("null")) {
                wrong.add(what + ": " + error);
            }
        }
    }

    @AnyioTest
    void nothingTakesNullThatDoesNotSaySo() throws Exception {
        learn();
        List<String> wrong = new ArrayList<>();
        look(AnyIO.class, null, wrong);
        for (Object options : List.of(ScopeOptions.DEFAULT, GroupOptions.DEFAULT, LoopOptions.DEFAULT,
                WorkerOptions.DEFAULT, SemaphoreOptions.DEFAULT, CapacityLimiterOptions.DEFAULT, Deadline.NEVER,
                new ExceptionGroup(List.of(new RuntimeException())))) {
            look(options.getClass(), options, wrong);
        }
        look(Deadline.class, null, wrong);
        look(CancelScope.class, AnyIO.openCancelScope(), wrong);
        look(TaskGroup.class, AnyIO.createTaskGroup(), wrong);
        AnyIO.createTaskGroup().run(group -> {
            look(TaskGroup.class, group, wrong);
            look(TaskHandle.class, group.spawn("child", () -> {}), wrong);
            assertFalse(group.cancelScope().cancelCalled());
        });
        AnyIO.createBlockingPortal()
                .run(portal -> AnyIO.runInWorkerThread(() -> look(BlockingPortal.class, portal, wrong)));
        Synchronization synchronization = AnyIO.service(Synchronization.class);
        look(Synchronization.class, synchronization, wrong);
        look(MemoryStreams.class, AnyIO.service(MemoryStreams.class), wrong);
        look(Event.class, AnyIO.createEvent(), wrong);
        look(Lock.class, AnyIO.createLock(), wrong);
        Condition condition = AnyIO.createCondition();
        condition.acquire();
        look(Condition.class, condition, wrong);
        look(Semaphore.class, AnyIO.createSemaphore(1), wrong);
        look(CapacityLimiter.class, AnyIO.createCapacityLimiter(5), wrong);
        look(ResourceGuard.class, AnyIO.createResourceGuard("using"), wrong);
        assertEquals("", String.join("\n", wrong));
    }

    @AnyioTest
    void whatRefusesNullCanBeUsedAfterwards() {
        CancelScope scope = AnyIO.openCancelScope();
        for (Block<RuntimeException> refused : List.<Block<RuntimeException>>of(() -> scope.run(null),
                () -> scope.call(null, 1), () -> scope.cancel((Duration) null), () -> scope.cancel((String) null),
                () -> scope.deadline(null))) {
            assertTrue(Thrown.caught(refused::run) instanceof NullPointerException);
        }
        assertFalse(scope.cancelCalled());
        assertFalse(scope.finishRequested());
        assertEquals(Deadline.NEVER, scope.deadline());
        scope.run(AnyIO::checkpoint);
        TaskGroup<RuntimeException> group = AnyIO.createTaskGroup();
        assertTrue(Thrown.caught(() -> group.run(null)) instanceof NullPointerException);
        assertTrue(Thrown.caught(() -> group.call(null)) instanceof NullPointerException);
        group.run(active -> {
            assertTrue(Thrown.caught(
                    () -> active.spawn("name", (Block<RuntimeException>) null)) instanceof NullPointerException);
            assertTrue(Thrown.caught(() -> active.spawn(null, () -> {})) instanceof NullPointerException);
        });
    }
}
