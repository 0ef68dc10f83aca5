/** Files. From bottom to top: the bytes of a file, its text, the files and streams for tasks, the service. */
@NullMarked
package io.anyio.impl.file;

import org.jspecify.annotations.NullMarked;
