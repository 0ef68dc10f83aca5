/** The parking core: the only place in which a task waits. */
@NullMarked
package io.anyio.impl.park;

import org.jspecify.annotations.NullMarked;
