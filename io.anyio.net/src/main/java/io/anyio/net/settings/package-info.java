/** What the properties of services and configurations request: keys, values and their contradictions. */
@NullMarked
package io.anyio.net.settings;

import org.jspecify.annotations.NullMarked;
