/**
 * The figures of AnyIO for the tools of operators: JMX, Micrometer and the health checks of Felix. Each part needs only
 * its own library. It sees only the API, and reads the figures when it is asked for them.
 */
@NullMarked
package io.anyio.operations;

import org.jspecify.annotations.NullMarked;
