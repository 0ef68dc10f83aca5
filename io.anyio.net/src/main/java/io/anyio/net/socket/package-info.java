/** The common part of sockets of all kinds. */
@NullMarked
package io.anyio.net.socket;

import org.jspecify.annotations.NullMarked;
