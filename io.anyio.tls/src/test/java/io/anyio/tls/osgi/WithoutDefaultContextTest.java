package io.anyio.tls.osgi;

import io.anyio.proof.ChildJvm;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server such as GlassFish names key stores to the JVM, and keeps their passwords to itself. */
class WithoutDefaultContextTest {
    @Test
    void aConfigurationNeedsNoDefaultContext(@TempDir Path folder) throws Exception {
        Path keys = KeyFiles.key(folder.resolve("keys.p12"), "localhost", "EC");
        ChildJvm.of(Configure.class, "-Djavax.net.ssl.keyStore=" + keys).run(keys.toString()).well().says("[TLSv1.3]");
    }

    /** The JVM without a default context. */
    static final class Configure {
        private Configure() {}

        public static void main(String[] arguments) throws Exception {
            try {
                throw new AssertionError(SSLContext.getDefault());
            } catch (NoSuchAlgorithmException expected) {
                System.out.println(ContextSettings.of(Map.of("service.pid", "io.anyio.tls.context~web", "keyStore",
                        arguments[0], "keyStorePassword", KeyFiles.PASSWORD, "protocols", List.of("TLSv1.3")))
                        .protocols());
            }
        }
    }
}
