/**
 * Typed attributes: properties of a stream or listener and of what it wraps.
 *
 * <p>bnd lets a consumer import this package with {@code [0.1,1)}.
 */
@Version("0.1.0")
@Export
@NullMarked
package io.anyio.api.attribute;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
