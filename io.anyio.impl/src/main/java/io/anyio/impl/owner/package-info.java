/** The owners of tasks and resources, and how they end. */
@NullMarked
package io.anyio.impl.owner;

import org.jspecify.annotations.NullMarked;
