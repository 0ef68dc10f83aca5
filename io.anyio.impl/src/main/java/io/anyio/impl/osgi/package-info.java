/**
 * The bundle's services for Declarative Services. Each component is thin: it ties an object of another package to a
 * bundle.
 */
@NullMarked
package io.anyio.impl.osgi;

import org.jspecify.annotations.NullMarked;
