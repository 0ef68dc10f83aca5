package io.anyio.api.attribute;

import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/** Something that tells typed attributes of itself and of what it wraps. */
@ConsumerType
public interface TypedAttributeProvider {
    /**
     * The attributes, each with what computes its value when it is asked for. A wrapper adds its own to those of what
     * it wraps; its own win.
     *
     * @return an unmodifiable map, empty if there are none
     */
    default Map<TypedAttribute<?>, Supplier<?>> attributes() {
        return Map.of();
    }

    /**
     * The value of an attribute, computed now. Not to be overridden: {@link #attributes} is.
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
     * The value of an attribute, computed now, or a default. Not to be overridden: {@link #attributes} is.
     *
     * @param <T> the type of the value
     * @param attribute the key
     * @param otherwise what is returned if this provider does not have it
     * @return the value or the default
     */
    default <T> @Nullable T attribute(TypedAttribute<T> attribute, @Nullable T otherwise) {
        Objects.requireNonNull(attribute, "The attribute to look for is null");
        Supplier<?> value = attributes().get(attribute);
        return value == null ? otherwise : attribute.type().cast(value.get());
    }
}
