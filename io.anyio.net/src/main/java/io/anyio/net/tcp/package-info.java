/** TCP on non-blocking channels. */
@NullMarked
package io.anyio.net.tcp;

import org.jspecify.annotations.NullMarked;
