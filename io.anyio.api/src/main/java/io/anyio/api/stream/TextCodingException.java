package io.anyio.api.stream;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.HexFormat;

/** A coding error that tells what and where; the JDK's own tell a length. */
final class TextCodingException extends CharacterCodingException {
    private static final long serialVersionUID = 1;

    private final String message;

    private TextCodingException(String message) {
        this.message = message;
    }

    static TextCodingException undecodable(byte[] bytes, Charset charset) {
        return new TextCodingException("The bytes " + HexFormat.ofDelimiter(" ").formatHex(bytes) + " are no text in "
                + charset + ": is it the sender's charset? To go on without an error, set errors(REPLACE)");
    }

    static TextCodingException unencodable(String text, int index, Charset charset) {
        return new TextCodingException(
                "The character U+%04X at index %d has no bytes in %s: choose another charset, or set errors(REPLACE)"
                        .formatted(text.codePointAt(index), index, charset));
    }

    @Override
    public String getMessage() {
        return message;
    }
}
