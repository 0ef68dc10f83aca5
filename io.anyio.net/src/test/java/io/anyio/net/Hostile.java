package io.anyio.net;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Supplier;

/** Exceptions whose own code fails. */
public final class Hostile {
    private Hostile() {}

    /** One of each kind. */
    public static Map<String, Supplier<RuntimeException>> throwables() {
        return Map.of("message", Message::new, "text", Text::new, "no text", NoText::new, "endless text",
                EndlessText::new, "cause", Cause::new, "circle",
                Circle::new, "stack", Stack::new, "linkage", Linkage::new);
    }

    static final class Message extends RuntimeException {
        @Override
        public String getMessage() {
            throw new IllegalStateException("getMessage");
        }
    }

    static final class Text extends RuntimeException {
        @Override
        public String toString() {
            throw new AssertionError("toString");
        }
    }

    static final class NoText extends RuntimeException {
        @Override @SuppressWarnings("NullAway")
        public String toString() {
            return null;
        }
    }

    static final class EndlessText extends RuntimeException {
        @Override @SuppressWarnings("InfiniteRecursion")
        public String toString() {
            return toString() + "!";
        }
    }

    static final class Cause extends RuntimeException {
        @Override
        public synchronized Throwable getCause() {
            throw new AssertionError("getCause");
        }
    }

    static final class Circle extends RuntimeException {
        @Override
        public synchronized Throwable getCause() {
            return this;
        }
    }

    static final class Stack extends RuntimeException {
        @Override
        public void printStackTrace(PrintStream stream) {
            throw new AssertionError("printStackTrace");
        }

        @Override
        public void printStackTrace(PrintWriter writer) {
            throw new AssertionError("printStackTrace");
        }
    }

    static final class Linkage extends RuntimeException {
        @Override
        public String getMessage() {
            throw new NoClassDefFoundError("gone after a refresh");
        }
    }
}
