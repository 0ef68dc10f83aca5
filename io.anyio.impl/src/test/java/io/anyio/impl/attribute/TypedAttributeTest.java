package io.anyio.impl.attribute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.api.attribute.TypedAttribute;
import io.anyio.api.attribute.TypedAttributeLookupException;
import io.anyio.api.attribute.TypedAttributeProvider;
import io.anyio.proof.Proves;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class TypedAttributeTest {
    private static final TypedAttribute<Integer> COUNT = TypedAttribute.of(Integer.class, "count");
    private static final TypedAttribute<String> NAME = TypedAttribute.of(String.class, "name");

    private record Provider(Map<TypedAttribute<?>, Supplier<?>> attributes) implements TypedAttributeProvider {}

    @Test @Proves("TA-01")
    void eachAttributeIsEqualToItselfOnly() {
        assertNotEquals(TypedAttribute.of(String.class, "name"), NAME);
        Provider provider = new Provider(Map.of(NAME, () -> "mine"));
        assertNull(provider.attribute(TypedAttribute.of(String.class, "name"), null));
        assertEquals("mine", provider.attribute(NAME));
    }

    @Test @Proves("TA-02")
    void theValueIsComputedWhenItIsAskedFor() {
        int[] count = new int[1];
        Provider provider = new Provider(Map.of(COUNT, () -> ++count[0]));
        assertEquals(1, provider.attribute(COUNT));
        assertEquals(2, provider.attribute(COUNT, 0));
    }

    @Test @Proves("TA-03")
    void aMissingAttributeWithoutDefaultIsAnError() {
        TypedAttributeLookupException missing = assertThrows(TypedAttributeLookupException.class,
                () -> new Provider(Map.of()).attribute(NAME));
        assertTrue(missing.getMessage().contains("name"), missing.getMessage());
    }

    @Test @Proves("TA-04")
    void aMissingAttributeGivesTheDefaultAlsoIfItIsNull() {
        Provider provider = new Provider(Map.of());
        assertEquals("default", provider.attribute(NAME, "default"));
        assertNull(provider.attribute(NAME, null));
    }

    @Test @Proves("TA-05")
    void aPresentAttributeWinsOverTheDefault() {
        assertEquals("present", new Provider(Map.of(NAME, () -> "present")).attribute(NAME, "default"));
    }

    @Test @Proves("TA-06")
    void anErrorOfTheValueItselfPassesThrough() {
        NoSuchElementException own = new NoSuchElementException("own");
        Provider provider = new Provider(Map.of(NAME, () -> {
            throw own;
        }));
        assertSame(own, assertThrows(NoSuchElementException.class, () -> provider.attribute(NAME)));
        assertSame(own, assertThrows(NoSuchElementException.class, () -> provider.attribute(NAME, "default")));
    }

    @Test @Proves("TA-12")
    void aProviderWithoutAttributesHasAnEmptyMap() {
        assertEquals(Map.of(), new TypedAttributeProvider() {}.attributes());
    }
}
