/** TLS contexts by configuration. */
@NullMarked
package io.anyio.tls.osgi;

import org.jspecify.annotations.NullMarked;
