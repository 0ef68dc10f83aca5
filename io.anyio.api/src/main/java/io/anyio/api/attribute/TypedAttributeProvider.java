package io.anyio.api.attribute;

import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Something that has typed attributes, of its own and of what it wraps.
 *
 * <p>In AnyIO: {@code anyio.TypedAttributeProvider}.
 */
@ConsumerType
public interface TypedAttributeProvider {
    /**
     * Returns the attributes, each with a supplier that computes its value on request. A wrapper returns its own
     * attributes and those of what it wraps; its own take precedence. Not a checkpoint.
     *
     * @return an unmodifiable map, empty if there are none
     */
    default Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return Map.of();
    }

    /**
     * Computes the value of an attribute. Override {@link #attributes} instead of this method. Not a checkpoint.
     *
     * @param <T> the type of the value
     * @param attribute the key
     * @return the value
     * @throws TypedAttributeLookupException if this provider does not have it
     */
    default <T> T attribute(TypedAttribute<T> attribute) {
        Objects.requireNonNull(attribute, "The attribute to look for is null");
        Supplier<?> value = attributes().get(attribute);
        if (value == null) {
            throw new TypedAttributeLookupException(attribute, this);
        }
        return attribute.type().cast(value.get());
    }

    /**
     * Computes the value of an attribute, or returns a default. Override {@link #attributes} instead of this method.
     * Not a checkpoint.
     *
     * @param <T> the type of the value
     * @param attribute the key
     * @param otherwise the value to return if this provider does not have the attribute
     * @return the value or the default
     */
    default <T> @Nullable T attribute(TypedAttribute<T> attribute, @Nullable T otherwise) {
        Objects.requireNonNull(attribute, "The attribute to look for is null");
        Supplier<?> value = attributes().get(attribute);
        return value == null ? otherwise : attribute.type().cast(value.get());
    }
}
