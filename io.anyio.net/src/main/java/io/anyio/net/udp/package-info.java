/** UDP on non-blocking channels. */
@NullMarked
package io.anyio.net.udp;

import org.jspecify.annotations.NullMarked;
