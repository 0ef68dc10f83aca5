/** Several bodies at once, made of task groups: the code behind the facade, of no bundle's concern. */
@NullMarked
package io.anyio.api.gather;

import org.jspecify.annotations.NullMarked;
