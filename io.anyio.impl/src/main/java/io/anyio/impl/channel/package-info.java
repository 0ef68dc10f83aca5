/**
 * The channels of a loop, which its tasks read, write, close and wait for. They stand on the poller and the parking
 * core.
 */
@NullMarked
package io.anyio.impl.channel;

import org.jspecify.annotations.NullMarked;
