package io.anyio.api.stream;

import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * How text becomes bytes, and bytes text.
 *
 * @param charset the encoding
 * @param errors what is done about bytes that are no text, and text that has no bytes: {@code REPORT} throws,
 * {@code REPLACE} takes the charset's replacement, {@code IGNORE} leaves it out
 */
public record TextOptions(Charset charset, CodingErrorAction errors) {
    /** UTF-8, and errors are thrown. */
    public static final TextOptions DEFAULT = new TextOptions(StandardCharsets.UTF_8, CodingErrorAction.REPORT);

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
     * @throws java.nio.charset.IllegalCharsetNameException if that is no name of a charset
     */
    public TextOptions charset(String name) {
        return charset(Charset.forName(name));
    }

    /**
     * Sets what is done about errors.
     *
     * @param value {@code REPORT}, {@code REPLACE} or {@code IGNORE}
     * @return new options
     */
    public TextOptions errors(CodingErrorAction value) {
        return new TextOptions(charset, value);
    }
}
