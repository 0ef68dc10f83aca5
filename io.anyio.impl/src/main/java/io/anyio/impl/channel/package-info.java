/**
 * The channels of a loop, which its tasks read, write, close and wait for.
 */
@NullMarked
package io.anyio.impl.channel;

import org.jspecify.annotations.NullMarked;
