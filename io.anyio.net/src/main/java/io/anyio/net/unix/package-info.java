/** UNIX sockets: streams over paths. */
@NullMarked
package io.anyio.net.unix;

import org.jspecify.annotations.NullMarked;
