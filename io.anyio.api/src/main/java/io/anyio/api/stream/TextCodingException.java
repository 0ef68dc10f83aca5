package io.anyio.api.stream;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.HexFormat;

/** A coding error whose message has the bytes or the character and its place; those of the JDK have a length only. */
final class TextCodingException extends CharacterCodingException {
    private static final long serialVersionUID = 1;

    private final String message;

    private TextCodingException(String message) {
        this.message = message;
    }

    static TextCodingException undecodable(byte[] bytes, Charset charset) {
        return new TextCodingException(
                "The bytes " + HexFormat.ofDelimiter(" ").formatHex(bytes) + " cannot be decoded in "
                        + charset + ": choose the charset of the sender, or set errors(REPLACE)");
    }

    static TextCodingException unencodable(String text, int index, Charset charset) {
        return new TextCodingException(
                "The character U+%04X at index %d cannot be encoded in %s: choose another, or set errors(REPLACE)"
                        .formatted(text.codePointAt(index), index, charset));
    }

    @Override
    public String getMessage() {
        return message;
    }
}
