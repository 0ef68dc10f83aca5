/** Events, locks, conditions, semaphores and limiters on the parking core. */
@NullMarked
package io.anyio.impl.sync;

import org.jspecify.annotations.NullMarked;
