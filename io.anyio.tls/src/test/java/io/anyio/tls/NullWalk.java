package io.anyio.tls;

import io.anyio.api.AnyIO;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.TypeVariable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Calls every public method with null in the place of each argument that may not be null, and with options that are
 * changed to null.
 */
final class NullWalk {
    private static final UnaryOperator<Object> TO_NULL = _ -> null;

    /** What was not refused, or not by a message that names it. */
    final List<String> wrong = new ArrayList<>();

    /** How many calls were tried. */
    int calls;

    private final Map<Class<?>, Object> examples = new HashMap<>();

    /** Gives the valid argument of a type. */
    <T> NullWalk with(Class<T> type, T example) {
        examples.put(type, example);
        return this;
    }

    /** One way to call. */
    @FunctionalInterface
    private interface Call {
        @Nullable
        Object with(@Nullable Object[] arguments) throws ReflectiveOperationException;
    }

    /** Walks the methods that an object has by a type. */
    void methods(Class<?> type, Object target) {
        for (Method method : type.getMethods()) {
            if (!method.isSynthetic() && !Modifier.isStatic(method.getModifiers()) && isOurs(method.getDeclaringClass())
                    && !method.getName().equals("equals")) {
                method.setAccessible(true);
                parameters(type.getSimpleName() + "." + method.getName(), method,
                        arguments -> method.invoke(target, arguments));
            }
        }
    }

    private static boolean isOurs(Class<?> type) {
        return type.getPackageName().startsWith("io.anyio") && !type.getPackageName().equals("io.anyio.api.attribute");
    }

    /** Walks the constructors of a type. */
    void constructors(Class<?> type) {
        for (Constructor<?> constructor : type.getConstructors()) {
            parameters("new " + type.getSimpleName(), constructor, constructor::newInstance);
        }
    }

    private void parameters(String name, Executable executable, Call call) {
        Parameter[] parameters = executable.getParameters();
        Object[] valid = Arrays.stream(parameters).map(parameter -> example(parameter.getType())).toArray();
        for (int i = 0; i < parameters.length; i++) {
            if (mayBeNull(parameters[i])) {
                continue;
            }
            String what = name + Arrays.toString(executable.getParameterTypes()) + ", argument " + i;
            refused(what + " is null", call, valid, i, null);
            if (parameters[i].getType() == UnaryOperator.class) {
                refused(what + " gives null", call, valid, i, TO_NULL);
            }
        }
    }

    private @Nullable Object example(Class<?> type) {
        if (!examples.containsKey(type)) {
            throw new AssertionError("There is no example of " + type);
        }
        return examples.get(type);
    }

    private static boolean mayBeNull(Parameter parameter) {
        return parameter.getType().isPrimitive() || parameter.getAnnotatedType().isAnnotationPresent(Nullable.class)
                || parameter.getParameterizedType() instanceof TypeVariable;
    }

    private void refused(String what, Call call, @Nullable Object[] valid, int place, @Nullable Object bad) {
        calls++;
        Object[] arguments = valid.clone();
        arguments[place] = bad;
        try {
            AnyIO.failAfter(Duration.ofSeconds(5), () -> call.with(arguments));
            wrong.add(what + ", and is accepted");
        } catch (InvocationTargetException e) {
            Throwable error = e.getCause();
            String message = String.valueOf(error.getMessage());
            boolean clear = error instanceof NullPointerException && !message.startsWith("Cannot ")
                    && message.contains("null")
                    && message.length() > 15;
            if (!clear) {
                wrong.add(what + ": " + error);
            }
        } catch (ReflectiveOperationException e) {
            wrong.add(what + ": " + e);
        }
    }
}
