package io.anyio.net.settings;

import java.util.List;
import java.util.stream.Stream;

/** Properties that cannot be served; the message has all problems, each with the value and the remedy. */
public final class InvalidSettingsException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> keys;

    /**
     * Makes it.
     *
     * @param keys the keys that are wrong
     * @param message what is wrong with each
     */
    public InvalidSettingsException(List<String> keys, String message) {
        super(message, null, false, false);
        this.keys = keys;
    }

    /**
     * Joins two.
     *
     * @param other what else is wrong
     * @return an exception with both
     */
    public InvalidSettingsException and(InvalidSettingsException other) {
        return new InvalidSettingsException(Stream.concat(keys.stream(), other.keys.stream()).toList(),
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
