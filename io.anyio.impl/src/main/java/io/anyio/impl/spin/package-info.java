/** The lock of what tasks and loops share. */
@NullMarked
package io.anyio.impl.spin;

import org.jspecify.annotations.NullMarked;
