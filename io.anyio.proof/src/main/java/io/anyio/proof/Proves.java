package io.anyio.proof;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the statements of docs/semantics.md or docs/beyond.md that a test proves when it passes. On a class it names
 * what all tests of the class prove together: one that fails spoils it.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Proves {
    /** The statements' numbers, such as {@code LK-10}. */
    String[] value();
}
