/**
 * How the bundles of AnyIO describe the bundles that use them, and read their configurations; the only package that
 * needs a framework. Not for users, and free to change with each minor version.
 *
 * <p>bnd lets a consumer import this package with {@code [0.1,1)}.
 */
@Version("0.1.0")
@Export
@NullMarked
package io.anyio.api.spi.osgi;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
