package io.anyio.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test method that runs on an ordinary thread, once for each backend. It has a parameter of type {@code String},
 * which gets the name of the backend.
 *
 * <pre>{@code
 * @EachBackend
 * void runGivesTheValue(String backend) {
 *     assertEquals(7, AnyIO.call(() -> 7, o -> o.backend(backend)));
 * }
 * }</pre>
 *
 * <p>It is for tests of code that begins outside a loop; for all other tests use {@link AnyioTest}.
 *
 * <p>Guide: {@code docs/testing.md}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@TestTemplate
@ExtendWith(EachBackendExtension.class)
public @interface EachBackend {
    /**
     * The backends on which the method runs. Each run publishes the report entry {@code anyio.backend}. Unavailable
     * backends are skipped as by {@link AnyioTest#backends}.
     */
    String[] value() default {"carrier", "pool"};
}
