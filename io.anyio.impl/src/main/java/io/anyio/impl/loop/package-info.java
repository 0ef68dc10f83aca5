/** Event loops: which fiber runs next, on which thread, and when the selector is asked. */
@NullMarked
package io.anyio.impl.loop;

import org.jspecify.annotations.NullMarked;
