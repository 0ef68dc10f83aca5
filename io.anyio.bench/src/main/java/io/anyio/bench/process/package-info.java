/** Child processes, tools and facts of the machine. */
@NullMarked
package io.anyio.bench.process;

import org.jspecify.annotations.NullMarked;
