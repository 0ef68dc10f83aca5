/**
 * Which statements of docs/semantics.md and docs/beyond.md the tests prove, written down by the tests themselves and
 * counted at the end of the build. And what the tests of several modules share: JVMs of their own.
 */
@NullMarked
@Export
@Version("0.1.0")
package io.anyio.proof;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
