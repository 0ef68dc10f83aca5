package io.anyio.api.stream;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The sending side of a stream of objects: they arrive in the order in which they were sent, and none in the middle is
 * missed.
 *
 * @param <T> the type of the items
 */
@ConsumerType
public interface ObjectSendStream<T extends @Nullable Object> extends UnreliableObjectSendStream<T> {}
