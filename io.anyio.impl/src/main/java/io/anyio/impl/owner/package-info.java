/** Who started what, and the end of it all. */
@NullMarked
package io.anyio.impl.owner;

import org.jspecify.annotations.NullMarked;
