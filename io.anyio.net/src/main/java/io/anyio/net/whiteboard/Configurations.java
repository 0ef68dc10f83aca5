package io.anyio.net.whiteboard;

import java.util.Map;

/** Takes the configurations that serve a handler. */
public interface Configurations {
    /**
     * Serves as a configuration says, from now on.
     *
     * @param key which configuration; the same object at each change
     * @param properties its properties
     */
    void configured(Object key, Map<String, ?> properties);

    /**
     * Ends what a configuration has requested.
     *
     * @param key which configuration
     */
    void deleted(Object key);
}
