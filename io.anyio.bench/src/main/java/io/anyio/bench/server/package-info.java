/** The echo servers on the JVM, each a process of its own. */
@NullMarked
package io.anyio.bench.server;

import org.jspecify.annotations.NullMarked;
