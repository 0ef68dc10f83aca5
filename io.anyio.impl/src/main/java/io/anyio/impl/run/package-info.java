/** One loop with its tasks, and what the code of a task sees of it. */
@NullMarked
package io.anyio.impl.run;

import org.jspecify.annotations.NullMarked;
