/** Connections and listeners over channels, of whatever kind. */
@NullMarked
package io.anyio.net.stream;

import org.jspecify.annotations.NullMarked;
