/** Lists whose links are fields of their members. */
@NullMarked
package io.anyio.impl.link;

import org.jspecify.annotations.NullMarked;
