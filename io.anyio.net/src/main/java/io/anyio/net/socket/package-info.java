/** What sockets of all kinds have in common. */
@NullMarked
package io.anyio.net.socket;

import org.jspecify.annotations.NullMarked;
