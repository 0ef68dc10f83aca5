/** Portals: how other threads run code as tasks of a loop. */
@NullMarked
package io.anyio.impl.portal;

import org.jspecify.annotations.NullMarked;
