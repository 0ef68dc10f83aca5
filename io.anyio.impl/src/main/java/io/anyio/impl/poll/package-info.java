/**
 * Finding out which channels are ready: with the JDK's selector, or with Linux' own epoll. The only room that selects.
 */
@NullMarked
package io.anyio.impl.poll;

import org.jspecify.annotations.NullMarked;
