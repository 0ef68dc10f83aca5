/** The load generator: a process of its own, the same for all servers. */
@NullMarked
package io.anyio.bench.load;

import org.jspecify.annotations.NullMarked;
