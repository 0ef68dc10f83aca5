/** The bundle's services, by Declarative Services: thin, each only ties an object of the other rooms to a bundle. */
@NullMarked
package io.anyio.impl.osgi;

import org.jspecify.annotations.NullMarked;
