package io.anyio.impl.error;

import java.util.List;
import java.util.function.Supplier;

/** Exceptions whose own code fails when they are examined. */
public final class Hostile {
    private Hostile() {}

    /** An exception that fails in every method that it can override. */
    public static final class Raw extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Supplier<? extends Throwable> failure;

        Raw(Supplier<? extends Throwable> failure) {
            this.failure = failure;
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        private static <X extends Throwable> X sneaky(Throwable failure) throws X {
            throw (X) failure;
        }

        private RuntimeException fail() {
            return sneaky(failure.get());
        }

        @Override
        public String getMessage() {
            throw fail();
        }

        @Override
        public synchronized Throwable getCause() {
            throw fail();
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw fail();
        }

        @Override
        public boolean equals(Object other) {
            throw fail();
        }

        @Override
        public int hashCode() {
            throw fail();
        }
    }

    /** Two that know each other, and tell it. */
    public static final class Cycle extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Cycle peer = this;

        @Override
        public String toString() {
            return "Cycle(" + peer + ")";
        }
    }

    private static Cycle cycle() {
        Cycle one = new Cycle();
        Cycle other = new Cycle();
        one.peer = other;
        other.peer = one;
        return one;
    }

    private static RuntimeException causesInACircle() {
        RuntimeException one = new RuntimeException("one");
        one.initCause(new RuntimeException("other", one));
        return one;
    }

    private static RuntimeException suppressedInACircle() {
        RuntimeException one = new RuntimeException("one");
        RuntimeException other = new RuntimeException("other");
        one.addSuppressed(other);
        other.addSuppressed(one);
        return one;
    }

    private static final class Link extends RuntimeException {
        private static final long serialVersionUID = 1;

        Link(RuntimeException before) {
            super("link", before, true, false);
        }
    }

    private static RuntimeException longChain() {
        RuntimeException last = new Link(null);
        for (int i = 0; i < 20_000; i++) {
            RuntimeException next = new Link(last);
            next.addSuppressed(last);
            last = next;
        }
        return last;
    }

    private static RuntimeException withoutText() {
        return new RuntimeException() {
            private static final long serialVersionUID = 1;

            @Override
            public String toString() {
                return null;
            }
        };
    }

    /** Each kind, by name. */
    public enum Kind {
        THROWS_RUNTIME(() -> new Raw(() -> new IllegalStateException("session closed"))),
        THROWS_LINKAGE(() -> new Raw(() -> new NoClassDefFoundError("org/other/bundle/Thing"))),
        THROWS_CANCELLED(() -> new Raw(() -> new io.anyio.api.task.CancelledError(null, "in a getter"))),
        THROWS_OUT_OF_MEMORY(() -> new Raw(() -> new OutOfMemoryError("not really"))),
        THROWS_ITSELF(Hostile::itself),
        CYCLE(Hostile::cycle),
        NO_TEXT(Hostile::withoutText),
        CAUSES_IN_A_CIRCLE(Hostile::causesInACircle),
        SUPPRESSED_IN_A_CIRCLE(Hostile::suppressedInACircle),
        LONG_CHAIN(Hostile::longChain);

        private final Supplier<RuntimeException> maker;

        Kind(Supplier<RuntimeException> maker) {
            this.maker = maker;
        }

        /** A new one of this kind. */
        public RuntimeException make() {
            return maker.get();
        }
    }

    private static RuntimeException itself() {
        Raw[] self = new Raw[1];
        self[0] = new Raw(() -> self[0]);
        return self[0];
    }

    /** All kinds. */
    public static List<Kind> kinds() {
        return List.of(Kind.values());
    }
}
