/** TLS over any byte stream. */
@NullMarked
package io.anyio.tls;

import org.jspecify.annotations.NullMarked;
