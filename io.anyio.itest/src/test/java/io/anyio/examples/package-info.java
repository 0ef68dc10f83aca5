/** The code of the guides whose examples need a framework. */
@NullMarked
package io.anyio.examples;

import org.jspecify.annotations.NullMarked;
