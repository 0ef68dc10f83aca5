/** Events of the JDK Flight Recorder: off unless a recording asks for them, and without a cost then. */
@NullMarked
package io.anyio.impl.jfr;

import org.jspecify.annotations.NullMarked;
