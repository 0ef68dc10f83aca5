/** Copies of a large file, and their peer. */
@NullMarked
package io.anyio.bench.file;

import org.jspecify.annotations.NullMarked;
