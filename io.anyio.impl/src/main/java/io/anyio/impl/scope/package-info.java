/** Cancel scopes: what is cancelled when, and what becomes of what is thrown. */
@NullMarked
package io.anyio.impl.scope;

import org.jspecify.annotations.NullMarked;
