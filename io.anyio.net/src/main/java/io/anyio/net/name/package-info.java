/** From names to addresses. */
@NullMarked
package io.anyio.net.name;

import org.jspecify.annotations.NullMarked;
