package io.anyio.api.attribute;

import java.util.NoSuchElementException;

/** Thrown when an attribute is asked for, without a default, that its provider does not have. */
public final class TypedAttributeLookupException extends NoSuchElementException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param attribute what was asked for
     * @param provider who does not have it
     */
    public TypedAttributeLookupException(TypedAttribute<?> attribute, TypedAttributeProvider provider) {
        super("The attribute " + attribute + " is not known to " + provider.getClass().getSimpleName()
                + ": ask with a default, or look at attributes()");
    }
}
