package io.anyio.itest.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.anyio.itest.exam.EmbeddedFramework;
import io.anyio.itest.exam.Framework;
import io.anyio.itest.exam.UserBundle;
import io.anyio.itest.owner.Board;
import io.anyio.itest.user.EchoServer;
import io.anyio.proof.Proves;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** The commands in Gogo, in each framework. */
@Timeout(120)
class CommandsIT {
    private static final List<String> NEEDED = List.of("org.jspecify.jspecify", "org.osgi.util.function",
            "org.osgi.util.promise", "org.osgi.service.component", "org.apache.felix.scr",
            "org.apache.felix.configadmin");
    private static final List<String> OURS = List.of("io.anyio.api", "io.anyio.impl", "io.anyio.net");
    private static final String GOGO = "org.apache.felix.gogo.runtime";

    @TempDir
    private Path directory;

    @ParameterizedTest @EnumSource @Proves("OP-13")
    void gogoMayComeBeforeUs(Framework kind) throws Exception {
        check(kind, Stream.of(NEEDED.stream(), Stream.of(GOGO), OURS.stream()).flatMap(names -> names));
    }

    @ParameterizedTest @EnumSource @Proves("OP-13")
    void gogoMayComeAfterUs(Framework kind) throws Exception {
        check(kind, Stream.of(NEEDED.stream(), OURS.stream(), Stream.of(GOGO)).flatMap(names -> names));
    }

    private void check(Framework kind, Stream<String> bundles) throws Exception {
        try (EmbeddedFramework framework = new EmbeddedFramework(kind, directory, bundles.toArray(String[]::new))) {
            for (Bundle bundle : framework.context().getBundles()) {
                if (OURS.contains(bundle.getSymbolicName())) {
                    assertEquals(-1, bundle.getHeaders().get("Import-Package").indexOf("org.apache.felix"),
                            bundle.getSymbolicName());
                }
            }
            Console console = new Console(framework.context());
            assertEquals("No loop is running", console.run("anyio:tasks"));
            assertEquals("No service asks to be a server", console.run("anyio:listeners"));
            try (Board _ = new Board(framework.context())) {
                framework.start(UserBundle.of("user.echo", EchoServer.class), directory);
                String tasks = console.run("anyio:tasks -b 'user.*' -n 1");
                assertTrue(tasks.contains(" of user.echo\n") && tasks.contains("EchoServer"), tasks);
                assertTrue(console.run("anyio:listeners -b user.echo").contains(" of user.echo: "));
                assertTrue(console.run("anyio:tasks -n none").startsWith("The value of -n is a whole number"));
                assertTrue(console.run("anyio:cancel").contains("usage: anyio:cancel"));
                assertEquals("No task has the id 1, or it has ended", console.run("anyio:cancel 1"));
            }
        }
    }

    /** A session of Gogo, whose classes are not those of the test. */
    private static final class Console {
        private final Object session;
        private final Method execute;

        Console(BundleContext context) throws Exception {
            List<String> commands = new ArrayList<>();
            for (ServiceReference<?> reference : context.getAllServiceReferences(null, "(osgi.command.scope=anyio)")) {
                commands.addAll(List.of((Object[]) array(reference.getProperty("osgi.command.function"))).stream()
                        .map(name -> name.toString().toLowerCase(Locale.ROOT)).toList());
            }
            assertEquals(List.of("cancel", "listeners", "tasks"), commands.stream().sorted().toList());
            Object processor = context.getService(context
                    .getAllServiceReferences("org.apache.felix.service.command.CommandProcessor", null)[0]);
            Class<?> type = processor.getClass().getClassLoader()
                    .loadClass("org.apache.felix.service.command.CommandProcessor");
            session = type.getMethod("createSession", InputStream.class, OutputStream.class, OutputStream.class)
                    .invoke(processor, new ByteArrayInputStream(new byte[0]), OutputStream.nullOutputStream(),
                            OutputStream.nullOutputStream());
            execute = processor.getClass().getClassLoader()
                    .loadClass("org.apache.felix.service.command.CommandSession")
                    .getMethod("execute", CharSequence.class);
        }

        private static Object array(Object value) {
            return value instanceof Object[] ? value : new Object[]{value};
        }

        String run(String line) throws Exception {
            return String.valueOf(execute.invoke(session, line));
        }
    }
}
