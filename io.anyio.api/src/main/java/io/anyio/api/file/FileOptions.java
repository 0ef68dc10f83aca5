package io.anyio.api.file;

import io.anyio.api.sync.CapacityLimiter;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Options for opening a file. Charset, errors and newline are for text files; other files ignore them.
 *
 * @param buffering the size of the buffer, in bytes; 0 for none, which a text file cannot have
 * @param charset the encoding
 * @param errors what happens if bytes cannot be decoded or characters cannot be encoded: {@code REPORT} throws,
 * {@code REPLACE} uses the replacement of the charset, {@code IGNORE} leaves them out
 * @param newline what ends a line
 * @param limiter the limiter of the worker threads that do the work, or null for that of the service, which has 40
 * tokens
 */
public record FileOptions(int buffering, Charset charset, CodingErrorAction errors, Newline newline,
        @Nullable CapacityLimiter limiter) {
    /** A buffer of 64 KiB, UTF-8, coding errors are thrown, universal newlines, the limiter of the service. */
    public static final FileOptions DEFAULT = new FileOptions(65536, StandardCharsets.UTF_8, CodingErrorAction.REPORT,
            Newline.UNIVERSAL, null);

    /** Refuses null and a negative size. */
    public FileOptions {
        if (buffering < 0) {
            throw new IllegalArgumentException(
                    "FileOptions.buffering is negative: " + buffering + ", give 0 for no buffer");
        }
        Objects.requireNonNull(charset, "FileOptions.charset is null");
        Objects.requireNonNull(errors, "FileOptions.errors is null");
        Objects.requireNonNull(newline, "FileOptions.newline is null, give Newline.UNIVERSAL for the default");
    }

    /**
     * Sets the size of the buffer.
     *
     * @param value the size in bytes; 0 for none
     * @return new options
     * @throws IllegalArgumentException if it is negative
     */
    public FileOptions buffering(int value) {
        return new FileOptions(value, charset, errors, newline, limiter);
    }

    /**
     * Sets the encoding.
     *
     * @param value a charset
     * @return new options
     */
    public FileOptions charset(Charset value) {
        return new FileOptions(buffering, value, errors, newline, limiter);
    }

    /**
     * Sets the encoding by its name.
     *
     * @param name a name or alias that the JDK knows, for example {@code ISO-8859-1} or {@code latin1}
     * @return new options
     * @throws java.nio.charset.UnsupportedCharsetException if there is no such charset
     * @throws java.nio.charset.IllegalCharsetNameException if the name has characters that no name of a charset may
     * have
     */
    public FileOptions charset(String name) {
        return charset(Charset.forName(Objects.requireNonNull(name, "FileOptions.charset: the name is null")));
    }

    /**
     * Sets what happens if bytes cannot be decoded or characters cannot be encoded.
     *
     * @param value {@code REPORT}, {@code REPLACE} or {@code IGNORE}
     * @return new options
     */
    public FileOptions errors(CodingErrorAction value) {
        return new FileOptions(buffering, charset, value, newline, limiter);
    }

    /**
     * Sets what ends a line.
     *
     * @param value the rule
     * @return new options
     */
    public FileOptions newline(Newline value) {
        return new FileOptions(buffering, charset, errors, value, limiter);
    }

    /**
     * Sets the limiter.
     *
     * @param value the limiter whose tokens bound the number of worker threads that work on files
     * @return new options
     */
    public FileOptions limiter(CapacityLimiter value) {
        return new FileOptions(buffering, charset, errors, newline,
                Objects.requireNonNull(value, "FileOptions.limiter: the limiter is null"));
    }
}
