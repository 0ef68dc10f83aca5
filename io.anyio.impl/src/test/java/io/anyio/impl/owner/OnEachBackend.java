package io.anyio.impl.owner;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.api.task.LoopOptions;
import io.anyio.impl.loop.Backends;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that all run on each backend. */
@ParameterizedClass
@ValueSource(strings = {Backends.CARRIER, Backends.POOL})
abstract class OnEachBackend {
    /** The backend of the loops. */
    final LoopOptions options;

    final String backend;

    OnEachBackend(String backend) {
        this.backend = backend;
        this.options = LoopOptions.DEFAULT.backend(backend);
    }

    @BeforeEach
    void tellTheBackend(TestReporter reporter) {
        assumeTrue(backend.equals(Backends.POOL) || backend.equals(Backends.defaultBackend()), Backends::reason);
        reporter.publishEntry("anyio.backend", backend);
    }
}
