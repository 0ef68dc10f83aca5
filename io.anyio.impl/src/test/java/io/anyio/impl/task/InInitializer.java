package io.anyio.impl.task;

import io.anyio.api.task.Block;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Code in a class initializer, where no task can wait; each time in that of another class. */
public final class InInitializer {
    private static volatile @Nullable Block<?> code;

    private InInitializer() {}

    /** Runs it in its initializer. */
    private static final class Loaded {
        static {
            runCode();
        }
    }

    /** Loads the class again. */
    private static final class Loader extends ClassLoader {
        Loader() {
            super(InInitializer.class.getClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = Objects.requireNonNull(in).readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    /** Runs code; what it throws is the cause of an {@link ExceptionInInitializerError} unless it is an error. */
    public static void run(Block<?> inside) {
        code = inside;
        try {
            Class<?> fresh = new Loader().findClass(Loaded.class.getName());
            Class.forName(fresh.getName(), true, fresh.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        } finally {
            code = null;
        }
    }

    /** Called by the class that is loaded again, which is in a package of its own. */
    public static void runCode() {
        try {
            Objects.requireNonNull(code).run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
