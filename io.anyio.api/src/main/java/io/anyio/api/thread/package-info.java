/**
 * Threads in both directions: blocking work in worker threads, and portals through which ordinary threads call tasks.
 *
 * <p>bnd lets a consumer import this package with {@code [0.1,1)}, and who implements one of its provider types with
 * {@code [0.1,0.2)}.
 */
@Version("0.1.0")
@Export
@NullMarked
package io.anyio.api.thread;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
