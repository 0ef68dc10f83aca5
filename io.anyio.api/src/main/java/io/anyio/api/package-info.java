/**
 * The facade of AnyIO: the operations that code in a task calls, and the methods by which plain Java runs a first task.
 *
 * <p>bnd lets a consumer import this package with {@code [0.1,1)}.
 */
@Version("0.1.0")
@Export
@NullMarked
package io.anyio.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
