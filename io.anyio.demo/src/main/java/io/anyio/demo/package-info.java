/** Example components, and what makes them a program. */
@NullMarked
package io.anyio.demo;

import org.jspecify.annotations.NullMarked;
