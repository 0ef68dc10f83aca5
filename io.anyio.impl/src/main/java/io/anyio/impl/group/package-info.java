/** Task groups. */
@NullMarked
package io.anyio.impl.group;

import org.jspecify.annotations.NullMarked;
