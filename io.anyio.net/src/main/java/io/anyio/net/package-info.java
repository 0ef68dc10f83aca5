/** Networking: TCP, UNIX and UDP sockets, name lookup, and the whiteboard of connection handlers. */
@NullMarked
package io.anyio.net;

import org.jspecify.annotations.NullMarked;
