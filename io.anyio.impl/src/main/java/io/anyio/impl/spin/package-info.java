/** The lock of what tasks and loops share, and the stack that is reserved for the code under it. */
@NullMarked
package io.anyio.impl.spin;

import org.jspecify.annotations.NullMarked;
