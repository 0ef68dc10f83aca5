/** Worker threads, and how threads outside of a loop wait for their calls into it. */
@NullMarked
package io.anyio.impl.thread;

import org.jspecify.annotations.NullMarked;
