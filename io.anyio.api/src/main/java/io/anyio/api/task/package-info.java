/**
 * Tasks and what bounds them: event loops, task groups, cancel scopes, deadlines.
 *
 * <p>A consumer imports this package with {@code [0.1,1)}, and who implements its types with {@code [0.1,0.2)}, as bnd
 * generates it.
 */
@Version("0.1.0")
@Export
@NullMarked
package io.anyio.api.task;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
