/** Tables, JSON and what is said about several rounds. */
@NullMarked
package io.anyio.bench.report;

import org.jspecify.annotations.NullMarked;
