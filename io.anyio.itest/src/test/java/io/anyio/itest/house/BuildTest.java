package io.anyio.itest.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the build promises and no plugin does by itself. */
class BuildTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Failsafe forgot skipTests in a minor version. */
    @Test
    void skippingTestsSkipsThoseInContainersToo() throws Exception {
        Poms poms = new Poms(ROOT);
        assertEquals("${skipTests}", poms.property("skipITs"));
        assertEquals("false", poms.property("skipTests"));
    }

    /** Each class alone in a cold JVM, in both kinds of tests. */
    @Test
    void eachTestClassRunsAlone() throws Exception {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        assertEquals(2, pom.split("<reuseForks>false</reuseForks>", -1).length - 1);
    }

    /** With a Maven that only says how it was called. */
    @Test
    void ciRunsTheReadmesCommand(@TempDir Path folder) throws Exception {
        assertTrue(Files.readAllLines(ROOT.resolve("README.md")).contains("mvn verify"));
        Path maven = Files.writeString(folder.resolve("mvn"), "#!/bin/sh\necho \"$PWD: $*\"\n");
        assertTrue(maven.toFile().setExecutable(true));
        ProcessBuilder ci = new ProcessBuilder(ROOT.resolve(".ci/run").toString()).directory(folder.toFile())
                .redirectError(folder.resolve("trace").toFile());
        ci.environment().merge("PATH", folder.toString(), (path, first) -> first + ":" + path);
        Process process = ci.start();
        assertEquals(ROOT + ": -B -ntp verify\n", new String(process.getInputStream().readAllBytes(), UTF_8));
        assertEquals(0, process.waitFor());
    }
}
