/** The first second: what a JVM has done when its first work is done. */
@NullMarked
package io.anyio.bench.start;

import org.jspecify.annotations.NullMarked;
