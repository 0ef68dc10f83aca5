/** Child processes, and pipes to them. */
@NullMarked
package io.anyio.impl.process;

import org.jspecify.annotations.NullMarked;
