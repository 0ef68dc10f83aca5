/** Waiting for channels: readiness on one side, the parking core on the other. */
@NullMarked
package io.anyio.impl.channel;

import org.jspecify.annotations.NullMarked;
