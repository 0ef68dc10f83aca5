package io.anyio.itest.exam;

import static org.ops4j.pax.exam.CoreOptions.frameworkStartLevel;
import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.CoreOptions.workingDirectory;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Constants;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.OptionUtils;
import org.ops4j.pax.exam.TestContainerException;

/** The options of a framework: those a test class gives and those that every framework needs. */
final class ContainerOptions {

    private ContainerOptions() {}

    static {
        // Read by Pax Exam outside: an unresolved bundle is a failure, and only warnings are printed.
        System.setProperty(Constants.EXAM_FAIL_ON_UNRESOLVED_KEY, "true");
        System.setProperty("org.ops4j.pax.logging.DefaultServiceLog.level", "WARN");
    }

    /** What the static {@link Configuration} methods of {@code testClass} and its superclasses give. */
    static Option[] configured(Class<?> testClass) throws Exception {
        var options = new ArrayList<Option>();
        for (var method : AnnotationSupport.findAnnotatedMethods(testClass, Configuration.class,
                HierarchyTraversalMode.TOP_DOWN)) {
            if (!Modifier.isStatic(method.getModifiers()) || method.getReturnType() != Option[].class
                    || method.getParameterCount() > 0) {
                throw new TestContainerException(
                        "@Configuration method is not of the form static Option[] name(): " + method);
            }
            method.setAccessible(true);
            try {
                options.addAll(List.of((Option[]) method.invoke(null)));
            } catch (InvocationTargetException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
        return OptionUtils.expand(options.toArray(Option[]::new));
    }

    /** What every framework needs; it stores its bundles in {@code directory}. */
    static Option[] needed(Path directory) {
        return OptionUtils.expand(
                workingDirectory(directory.toString()),
                frameworkStartLevel(Constants.START_LEVEL_TEST_BUNDLE),
                vmOption("-Dorg.ops4j.pax.logging.DefaultServiceLog.level=WARN"),
                vmOption("--sun-misc-unsafe-memory-access=allow"),
                Reactor.junit(),
                Reactor.bundles("org.ops4j.pax.exam", "org.ops4j.pax.exam.inject", "jakarta.inject.jakarta.inject-api",
                        "org.ops4j.base", "org.ops4j.pax.swissbox.lifecycle", "org.ops4j.pax.swissbox.tracker",
                        "org.ops4j.pax.logging.pax-logging-api"));
    }
}
