/** Streams in memory, on the parking core. */
@NullMarked
package io.anyio.impl.stream;

import org.jspecify.annotations.NullMarked;
