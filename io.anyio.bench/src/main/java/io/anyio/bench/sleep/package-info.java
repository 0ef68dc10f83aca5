/** Very many tasks that sleep at once, and their peers. */
@NullMarked
package io.anyio.bench.sleep;

import org.jspecify.annotations.NullMarked;
