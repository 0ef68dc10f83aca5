/**
 * Finds out which channels are ready, with the JDK's selector or with Linux' epoll. The only package that selects.
 */
@NullMarked
package io.anyio.impl.poll;

import org.jspecify.annotations.NullMarked;
