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
 * <pre>{@code
 * @AnyioTest(virtualClock = true)
 * void reportsAfterAnHourOfSilence() {
 *     Deadline start = AnyIO.currentTime();
 *     assertThrows(TimedOutException.class, () -> AnyIO.failAfter(Duration.ofHours(1), () -> AnyIO.sleepForever()));
 *     assertEquals(Duration.ofHours(1), start.until(AnyIO.currentTime()));
 * }
 * }</pre>
 *
 * <p>Methods with {@code @BeforeEach} and {@code @AfterEach} run in the same task of the same loop: tasks that set-up
 * spawns are still there for the test and for tear-down. An exception fails the test as itself. The test also fails if
 * a task still runs after tear-down, or if a task of the test's own group has failed. If a method takes too long, the
 * test fails with a dump of the loop's tasks.
 *
 * <p>Methods and the constructor may have parameters of type {@link VirtualClock}, if {@link #virtualClock()} is true.
 * Methods may also have parameters of type {@link io.anyio.api.task.TaskGroup}: a group around set-up, test and
 * tear-down. A class that implements {@link AroundEach} puts its own scopes around them.
 *
 * <p>Guide: {@code docs/testing.md}. It corresponds to {@code pytest.mark.anyio} of AnyIO.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@TestTemplate
@ExtendWith(AnyioTestExtension.class)
public @interface AnyioTest {
    /**
     * The backends on which the method runs. Each run publishes the report entry {@code anyio.backend}. A backend that
     * is not available in the JVM is skipped, with the reason; if the system property {@code anyio.backends.required}
     * is true, the test fails instead.
     */
    String[] backends() default {"carrier", "pool"};

    /** Whether the loop runs on a {@link VirtualClock}, which jumps by itself. */
    boolean virtualClock() default false;

    /** For how many seconds of real time each of set-up, test and tear-down may run; more than 0. */
    int timeout() default 20;
}
