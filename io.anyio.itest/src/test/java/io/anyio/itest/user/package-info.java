/**
 * Components of user bundles; each is built into a bundle of its own. They tell what happens to them on a board that a
 * test registers as a {@link java.util.function.BiConsumer} service.
 */
@NullMarked
package io.anyio.itest.user;

import org.jspecify.annotations.NullMarked;
