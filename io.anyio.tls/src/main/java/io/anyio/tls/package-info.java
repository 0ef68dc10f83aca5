/** TLS over any stream of bytes, with the JDK's engine. */
@NullMarked
package io.anyio.tls;

import org.jspecify.annotations.NullMarked;
