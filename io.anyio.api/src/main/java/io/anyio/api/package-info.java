/**
 * The facade of AnyIO: everything that code inside a task calls, and how plain Java runs a first task.
 *
 * <p>A consumer imports this package with {@code [0.1,0.2)}.
 */
@Version("0.1.0")
@Export
@NullMarked
package io.anyio.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
