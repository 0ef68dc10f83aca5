package io.anyio.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test method that runs on an ordinary thread, once for each backend: its parameter of type {@code String} is the
 * backend's name. For tests of what begins outside of a loop; {@link AnyioTest} is for all others.
 *
 * <pre>{@code
 * @EachBackend
 * void runGivesTheValue(String backend) {
 *     assertEquals(7, AnyIO.call(() -> 7, o -> o.backend(backend)));
 * }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@TestTemplate
@ExtendWith(EachBackendExtension.class)
public @interface EachBackend {
    /** The backends; each run publishes the report entry {@code anyio.backend}. */
    String[] value() default {"carrier", "pool"};
}
