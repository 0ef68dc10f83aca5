/** Timers of a loop, and the system's clock. */
@NullMarked
package io.anyio.impl.time;

import org.jspecify.annotations.NullMarked;
