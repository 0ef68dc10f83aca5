package io.anyio.api.attribute;

import java.util.Objects;

/**
 * The key of an attribute, with the type of its value. A key is equal to itself only, even if another one has the same
 * type and name.
 *
 * <p>In AnyIO: {@code anyio.typed_attribute}.
 *
 * @param <T> the type of the value
 */
public final class TypedAttribute<T> {
    private final Class<T> type;
    private final String name;

    private TypedAttribute(Class<T> type, String name) {
        this.type = type;
        this.name = name;
    }

    /**
     * Makes a new key.
     *
     * @param <T> the type of the value
     * @param type its class
     * @param name the name of the attribute, for display
     * @return a key that is equal to no other
     */
    public static <T> TypedAttribute<T> of(Class<T> type, String name) {
        Objects.requireNonNull(type, "TypedAttribute.of: the type is null");
        Objects.requireNonNull(name, "TypedAttribute.of: the name is null");
        return new TypedAttribute<>(type, name);
    }

    /**
     * Returns the class of the value.
     *
     * @return the class
     */
    public Class<T> type() {
        return type;
    }

    @Override
    public String toString() {
        return name;
    }
}
