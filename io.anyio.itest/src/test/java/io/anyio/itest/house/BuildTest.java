package io.anyio.itest.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

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

    @Test
    void ciRunsTheReadmesCommand() throws Exception {
        assertTrue(Files.readAllLines(ROOT.resolve("README.md")).contains("mvn verify"));
    }
}
