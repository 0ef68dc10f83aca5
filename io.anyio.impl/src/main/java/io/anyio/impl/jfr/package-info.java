/**
 * Events of the JDK Flight Recorder: off unless a recording asks for them, and nothing is initialized for them then.
 */
@NullMarked
package io.anyio.impl.jfr;

import org.jspecify.annotations.NullMarked;
