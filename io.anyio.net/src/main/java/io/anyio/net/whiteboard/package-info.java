/** The whiteboard: it decides which servers should exist, and opens and closes them accordingly. */
@NullMarked
package io.anyio.net.whiteboard;

import org.jspecify.annotations.NullMarked;
