/** Tasks: the virtual thread of a body, its end, and the wait for that. */
@NullMarked
package io.anyio.impl.task;

import org.jspecify.annotations.NullMarked;
