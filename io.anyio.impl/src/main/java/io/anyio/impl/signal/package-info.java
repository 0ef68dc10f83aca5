/** Signals of the operating system, which all receivers of the JVM share. */
@NullMarked
package io.anyio.impl.signal;

import org.jspecify.annotations.NullMarked;
