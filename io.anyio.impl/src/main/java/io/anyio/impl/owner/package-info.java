/** What belongs to whom, and how it ends. */
@NullMarked
package io.anyio.impl.owner;

import org.jspecify.annotations.NullMarked;
