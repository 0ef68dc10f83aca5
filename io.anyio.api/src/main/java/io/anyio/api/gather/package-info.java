/** Runs several bodies concurrently in task groups: the code behind the facade, which is not exported. */
@NullMarked
package io.anyio.api.gather;

import org.jspecify.annotations.NullMarked;
