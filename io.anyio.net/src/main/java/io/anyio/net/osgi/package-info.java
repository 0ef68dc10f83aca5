/** The bundle's services, by Declarative Services, and the whiteboard. */
@NullMarked
package io.anyio.net.osgi;

import org.jspecify.annotations.NullMarked;
