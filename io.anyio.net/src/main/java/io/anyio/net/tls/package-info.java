/** Connections with TLS, by the service of another bundle. */
@NullMarked
package io.anyio.net.tls;

import org.jspecify.annotations.NullMarked;
