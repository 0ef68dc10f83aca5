package io.anyio.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;

/** A context for tests of other packages. */
public final class TestContext {
    private TestContext() {}

    /**
     * Makes a key for {@code localhost} that the context has and trusts.
     *
     * @param folder where its files may be
     * @return the context
     * @throws IOException if keytool fails
     * @throws InterruptedException if interrupted meanwhile
     * @throws GeneralSecurityException if the JDK lacks something
     */
    public static SSLContext make(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        return TestKeys.make(folder).context("TLS");
    }
}
