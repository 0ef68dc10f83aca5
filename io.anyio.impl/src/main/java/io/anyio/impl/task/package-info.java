/** Tasks: the virtual thread of a body, its end, and who waits for it. */
@NullMarked
package io.anyio.impl.task;

import org.jspecify.annotations.NullMarked;
