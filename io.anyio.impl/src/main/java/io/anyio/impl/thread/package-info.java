/** Worker threads, and how threads outside of a loop wait for what they have called in it. */
@NullMarked
package io.anyio.impl.thread;

import org.jspecify.annotations.NullMarked;
