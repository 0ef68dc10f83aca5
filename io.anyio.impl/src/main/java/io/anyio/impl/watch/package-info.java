/** The wait for channels that are not ours, on a thread of its own. */
@NullMarked
package io.anyio.impl.watch;

import org.jspecify.annotations.NullMarked;
