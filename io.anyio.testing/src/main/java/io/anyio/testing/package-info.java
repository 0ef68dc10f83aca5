/**
 * Support for tests of code that runs in tasks: {@link io.anyio.testing.AnyioTest} runs a test method on each backend,
 * {@link io.anyio.testing.VirtualClock} lets time pass without waiting.
 *
 * <p>A consumer imports this package with {@code [0.1,1)}, and who implements its types with {@code [0.1,0.2)}, as bnd
 * generates it.
 */
@Version("0.1.0")
@Export
@NullMarked
package io.anyio.testing;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
