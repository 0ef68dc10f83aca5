/**
 * Support for tests of code that runs in tasks: {@link io.anyio.testing.AnyioTest} runs a test method on each backend,
 * {@link io.anyio.testing.VirtualClock} lets time pass without waiting.
 *
 * <p>bnd lets a consumer import this package with {@code [0.1,1)}.
 */
@Version("0.1.0")
@Export
@NullMarked
package io.anyio.testing;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
