/** The harness that starts echo servers, loads them in turn and reports. */
@NullMarked
package io.anyio.bench.echo;

import org.jspecify.annotations.NullMarked;
