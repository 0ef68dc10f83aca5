/** Several loops of one holder, and task groups that span them. */
@NullMarked
package io.anyio.impl.team;

import org.jspecify.annotations.NullMarked;
