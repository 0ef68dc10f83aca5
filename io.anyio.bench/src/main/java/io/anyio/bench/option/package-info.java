/** What a user may choose: kinds of runs, servers, loads. */
@NullMarked
package io.anyio.bench.option;

import org.jspecify.annotations.NullMarked;
