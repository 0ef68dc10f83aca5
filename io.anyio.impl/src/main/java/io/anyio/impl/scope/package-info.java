/** Cancel scopes: what they cancel and when, and what becomes of errors in them. */
@NullMarked
package io.anyio.impl.scope;

import org.jspecify.annotations.NullMarked;
