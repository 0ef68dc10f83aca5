package io.anyio.api.attribute;

import java.util.NoSuchElementException;

/**
 * Thrown when code asks for an attribute, without a default, that the provider does not have.
 *
 * <p>In AnyIO: {@code anyio.TypedAttributeLookupError}.
 */
public final class TypedAttributeLookupException extends NoSuchElementException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param attribute the attribute that was asked for
     * @param provider the stream or listener that does not have it
     */
    public TypedAttributeLookupException(TypedAttribute<?> attribute, Object provider) {
        super("The attribute " + attribute + " is not known to " + provider.getClass().getSimpleName()
                + ": ask with a default, or look at attributes()");
    }
}
