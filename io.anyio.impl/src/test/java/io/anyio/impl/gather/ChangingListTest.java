package io.anyio.impl.gather;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.AnyIO;
import io.anyio.api.task.Body;
import io.anyio.testing.AnyioTest;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is given in a list is read once, before anything begins: the list may change then, and its code may fail. */
class ChangingListTest {
    private final List<String> begun = new ArrayList<>();

    /** What runs bodies, and gives their values in an order. */
    private interface Operation {
        List<String> run(List<Body<String, RuntimeException>> bodies);
    }

    private enum Kind {
        GATHER(AnyIO::gather),
        AS_COMPLETED(bodies -> {
            List<String> values = new ArrayList<>();
            AnyIO.asCompleted(bodies, all -> all.forEach(one -> values.add(one.value())));
            return values;
        }),
        /** All are begun before the first has ended. */
        RACE(bodies -> List.of(AnyIO.race(bodies), "b")),
        MAP(bodies -> AnyIO.map(bodies, Integer.MAX_VALUE, Body::call)),
        MAP_ONE_BY_ONE(bodies -> AnyIO.map(bodies, 1, Body::call));

        private final Operation operation;

        Kind(Operation operation) {
            this.operation = operation;
        }
    }

    private Body<String, RuntimeException> body(String name) {
        return () -> {
            begun.add(name);
            AnyIO.checkpoint();
            return name;
        };
    }

    private List<Body<String, RuntimeException>> two() {
        return new ArrayList<>(List.of(body("a"), body("b")));
    }

    /** A list that is what its iterator gives, whatever else it says. */
    private static class Told<B> extends AbstractList<B> {
        final List<B> really;

        Told(List<B> really) {
            this.really = really;
        }

        @Override
        public B get(int index) {
            return really.get(index);
        }

        @Override
        public int size() {
            return really.size();
        }

        @Override
        public Iterator<B> iterator() {
            return really.iterator();
        }
    }

    private <B> List<List<B>> lists(List<B> two) {
        return List.of(two, new Told<>(two) {
            @Override
            public int size() {
                return 7;
            }
        }, new Told<>(two) {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public boolean isEmpty() {
                return true;
            }
        }, new Told<>(two) {
            private int asked;

            @Override
            public int size() {
                return asked++ % 4;
            }
        }, new Told<>(two) {
            @Override
            public int size() {
                throw new IllegalStateException("size");
            }

            @Override
            public boolean isEmpty() {
                throw new IllegalStateException("isEmpty");
            }

            @Override
            public Object[] toArray() {
                throw new IllegalStateException("toArray");
            }
        }, new Told<>(two) {
            private boolean read;

            @Override
            public Iterator<B> iterator() {
                assertTrue(!read, "it is read twice");
                read = true;
                return super.iterator();
            }
        });
    }

    @AnyioTest
    void whatTheIterationGivesIsRun() {
        for (Kind kind : Kind.values()) {
            for (List<Body<String, RuntimeException>> list : lists(two())) {
                begun.clear();
                assertEquals(List.of("a", "b"), kind.operation.run(list), kind.name());
                assertEquals(List.of("a", "b"), begun, kind.name());
            }
        }
    }

    @AnyioTest
    void aListMayShrinkAndGrowAfterwards() {
        for (Kind kind : Kind.values()) {
            for (boolean shrinks : new boolean[]{true, false}) {
                begun.clear();
                List<Body<String, RuntimeException>> list = two();
                list.set(0, () -> {
                    if (shrinks) {
                        list.clear();
                    } else {
                        list.add(body("c"));
                    }
                    return body("a").call();
                });
                assertEquals(List.of("a", "b"), kind.operation.run(list), kind.name());
                assertEquals(List.of("a", "b"), begun, kind.name());
            }
        }
    }

    @AnyioTest
    void whatFailsWhileItIsReadFailsBeforeAnythingBegins() {
        IllegalStateException failure = new IllegalStateException("the list is gone");
        for (Kind kind : Kind.values()) {
            List<Body<String, RuntimeException>> list = new Told<>(two()) {
                @Override
                public Iterator<Body<String, RuntimeException>> iterator() {
                    Iterator<Body<String, RuntimeException>> each = super.iterator();
                    return new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            if (!each.hasNext()) {
                                throw failure;
                            }
                            return true;
                        }

                        @Override
                        public Body<String, RuntimeException> next() {
                            return each.next();
                        }
                    };
                }
            };
            assertSame(failure, assertThrows(IllegalStateException.class, () -> kind.operation.run(list)), kind.name());
            assertEquals(List.of(), begun, kind.name());
            AnyIO.checkpoint();
        }
    }

    @AnyioTest
    void nullAmongTheBodiesIsRefusedBeforeAnythingBegins() {
        for (Kind kind : List.of(Kind.GATHER, Kind.AS_COMPLETED, Kind.RACE)) {
            List<@Nullable Body<String, RuntimeException>> list = new ArrayList<>(two());
            list.add(null);
            @SuppressWarnings("NullAway")
            String message = assertThrows(NullPointerException.class, () -> kind.operation.run(list)).getMessage();
            assertTrue(message.endsWith("a body is null"), message);
            assertEquals(List.of(), begun, kind.name());
        }
    }
}
