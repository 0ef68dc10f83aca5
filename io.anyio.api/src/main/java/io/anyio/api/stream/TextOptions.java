package io.anyio.api.stream;

import io.anyio.api.spi.Options;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Options for the conversion between text and bytes.
 *
 * @param charset the encoding
 * @param errors what happens if bytes cannot be decoded or characters cannot be encoded: {@code REPORT} throws,
 * {@code REPLACE} uses the replacement of the charset, {@code IGNORE} leaves them out
 */
public record TextOptions(Charset charset, CodingErrorAction errors) {
    /** UTF-8; coding errors are thrown. */
    public static final TextOptions DEFAULT = new TextOptions(StandardCharsets.UTF_8, CodingErrorAction.REPORT);

    /** Refuses null. */
    public TextOptions {
        Objects.requireNonNull(charset, "TextOptions.charset is null");
        Objects.requireNonNull(errors, "TextOptions.errors is null");
    }

    /**
     * Sets the encoding.
     *
     * @param value a charset
     * @return new options
     */
    public TextOptions charset(Charset value) {
        return new TextOptions(value, errors);
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
    public TextOptions charset(String name) {
        return charset(Charset.forName(Objects.requireNonNull(name, "TextOptions.charset: the name is null")));
    }

    /**
     * Sets what happens if bytes cannot be decoded or characters cannot be encoded.
     *
     * @param value {@code REPORT}, {@code REPLACE} or {@code IGNORE}
     * @return new options
     */
    public TextOptions errors(CodingErrorAction value) {
        return new TextOptions(charset, value);
    }

    /** What a user's change makes of the defaults. */
    static TextOptions changed(UnaryOperator<TextOptions> change) {
        return Options.chosen("Text stream", DEFAULT, change);
    }
}
