package io.anyio.itest.exam;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the annotated Jupiter class inside an OSGi framework forked for it.
 *
 * <p>Static methods annotated with {@link org.ops4j.pax.exam.Configuration} give the options of the framework; they and
 * the static initializer of the class run outside too, everything else inside only. Fields annotated with
 * {@link javax.inject.Inject} receive the service of their type, or the probe's
 * {@link org.osgi.framework.BundleContext}. JUnit and what Pax Exam needs are provisioned without being asked for.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(InsideExtension.class)
public @interface PaxExam {}
