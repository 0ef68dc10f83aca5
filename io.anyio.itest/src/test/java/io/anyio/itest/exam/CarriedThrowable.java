package io.anyio.itest.exam;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;

/**
 * A throwable that leaves the framework as itself if it can be serialized there and read outside, else as a
 * {@link StandIn}.
 */
final class CarriedThrowable implements Serializable {

    private static final long serialVersionUID = 1;

    private final byte[] original;
    private final StandIn standIn;

    CarriedThrowable(Throwable throwable) {
        original = serialized(throwable);
        standIn = new StandIn(throwable);
    }

    /** Returns the original, or what stands in for it. */
    Throwable restored() {
        try (var in = new ObjectInputStream(new ByteArrayInputStream(original))) {
            return (Throwable) in.readObject();
        } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError unreadable) {
            return standIn;
        }
    }

    /** Returns no bytes, which nothing can be read from, if the throwable or what it refers to is not serializable. */
    private static byte[] serialized(Throwable throwable) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(throwable);
        } catch (IOException | RuntimeException unserializable) {
            return new byte[0];
        }
        return bytes.toByteArray();
    }

    /**
     * Looks like the original where it is printed: its type and message, its stack, its causes and what it suppressed.
     */
    static final class StandIn extends Exception {

        private static final long serialVersionUID = 1;

        private final String description;

        StandIn(Throwable original) {
            super(original.getMessage(), original.getCause() == null ? null : new StandIn(original.getCause()));
            description = original.toString();
            setStackTrace(original.getStackTrace());
            Arrays.stream(original.getSuppressed()).map(StandIn::new).forEach(this::addSuppressed);
        }

        @Override
        public String toString() {
            return description;
        }
    }
}
