package io.anyio.api.stream;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.attribute.TypedAttributeProvider;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What stapled streams of bytes and of objects have in common. */
final class Halves {
    private Halves() {}

    /** Closes both, the second one even if closing the first one fails or is cancelled. */
    static void close(AsyncResource send, AsyncResource receive) throws IOException {
        try (receive) {
            send.close();
        }
    }

    /** The attributes of both; the receiving half wins. */
    static Map<TypedAttribute<?>, Supplier<?>> attributes(TypedAttributeProvider send, TypedAttributeProvider receive) {
        Map<TypedAttribute<?>, Supplier<?>> all = new HashMap<>(send.attributes());
        all.putAll(receive.attributes());
        return Map.copyOf(all);
    }
}
