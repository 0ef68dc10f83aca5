/** Files. From bottom to top: the bytes of a file, its text, what tasks see of both, the service. */
@NullMarked
package io.anyio.impl.file;

import org.jspecify.annotations.NullMarked;
