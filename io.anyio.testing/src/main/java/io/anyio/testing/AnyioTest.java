package io.anyio.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test method that runs as the first task of an event loop, once for each backend.
 *
 * <p>The methods with {@code @BeforeEach} and {@code @AfterEach} run in the same task of the same loop: what set-up
 * spawns is there for the test and for tear-down. What is thrown fails the test as itself. A task that is still running
 * after tear-down fails the test, and so does one that failed in the test's own group. If a method takes too long, the
 * test fails with a dump of the loop's tasks.
 *
 * <p>Methods and the constructor may have parameters of type {@link VirtualClock}, with {@link #virtualClock()};
 * methods also of type {@link io.anyio.api.task.TaskGroup}: a group around set-up, test and tear-down. A class that
 * implements {@link AroundEach} puts scopes of its own around them.
 *
 * <pre>{@code
 * @AnyioTest(virtualClock = true)
 * void sleepsForAnHour(VirtualClock clock) {
 *     AnyIO.sleep(Duration.ofHours(1));
 * }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@TestTemplate
@ExtendWith(AnyioTestExtension.class)
public @interface AnyioTest {
    /**
     * The backends on which the method runs; each run publishes the report entry {@code anyio.backend}. A backend that
     * the JVM does not have is skipped with the reason, unless the system property {@code anyio.backends.required} is
     * true.
     */
    String[] backends() default {"carrier", "pool"};

    /** Whether the loop runs on a {@link VirtualClock} that jumps by itself. */
    boolean virtualClock() default false;

    /** For how many seconds of real time each of set-up, test and tear-down may run. */
    int timeout() default 20;
}
