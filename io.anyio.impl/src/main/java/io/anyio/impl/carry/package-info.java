/** What other libraries keep in threads, carried to the tasks and worker threads of those who spawn and call. */
@NullMarked
package io.anyio.impl.carry;

import org.jspecify.annotations.NullMarked;
