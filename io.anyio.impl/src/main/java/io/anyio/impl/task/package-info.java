/** Tasks, cancel scopes, task groups. */
@NullMarked
package io.anyio.impl.task;

import org.jspecify.annotations.NullMarked;
