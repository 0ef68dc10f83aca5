/** What tests of code that uses AnyIO need: the virtual clock, contract checks, the JUnit extension. */
@NullMarked
package io.anyio.testing;

import org.jspecify.annotations.NullMarked;
