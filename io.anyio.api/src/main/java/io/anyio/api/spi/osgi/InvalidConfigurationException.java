package io.anyio.api.spi.osgi;

import java.io.Serial;
import java.util.List;
import java.util.stream.Stream;

/** Values that cannot be used. The message has all problems, each with the key, the value and the remedy. */
public final class InvalidConfigurationException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<String> keys;

    /**
     * Makes it.
     *
     * @param keys the keys that are wrong
     * @param message what is wrong with each
     */
    public InvalidConfigurationException(List<String> keys, String message) {
        super(message, null, false, false);
        this.keys = List.copyOf(keys);
    }

    /**
     * Joins two.
     *
     * @param other what else is wrong
     * @return an exception with both
     */
    public InvalidConfigurationException and(InvalidConfigurationException other) {
        return new InvalidConfigurationException(Stream.concat(keys.stream(), other.keys.stream()).toList(),
                getMessage() + "; " + other.getMessage());
    }

    /**
     * The keys that are wrong.
     *
     * @return in the order of the message
     */
    public List<String> keys() {
        return keys;
    }
}
