package io.anyio.bench.report;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Writes records, maps, lists, texts, numbers and booleans as JSON; a number that is not finite becomes null. */
public final class Json {
    private Json() {}

    /** The value as indented JSON. */
    public static String of(Object value) {
        return write(value, "") + "\n";
    }

    private static String write(Object value, String indent) {
        return switch (value) {
            case Double number when !Double.isFinite(number) -> "null";
            case Double number -> String.valueOf(Math.round(number * 1e4) / 1e4);
            case Number number -> number.toString();
            case Boolean bool -> bool.toString();
            case Record composite -> writeRecord(composite, indent);
            case Map<?, ?> map -> writeMap(map, indent);
            case List<?> list -> writeList(list, indent);
            default -> quote(value.toString());
        };
    }

    private static String writeRecord(Record value, String indent) {
        Map<String, Object> fields = new java.util.LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                fields.put(component.getName(), component.getAccessor().invoke(value));
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException("Cannot read " + component + "; is its record public?", e);
            }
        }
        return writeMap(fields, indent);
    }

    private static String writeMap(Map<?, ?> map, String indent) {
        String inner = indent + "  ";
        StringJoiner joiner = new StringJoiner(",\n" + inner, "{\n" + inner, "\n" + indent + "}").setEmptyValue("{}");
        map.forEach((key, value) -> joiner.add(quote(key.toString()) + ": " + write(value, inner)));
        return joiner.toString();
    }

    private static String writeList(List<?> list, String indent) {
        String inner = indent + "  ";
        StringJoiner joiner = new StringJoiner(",\n" + inner, "[\n" + inner, "\n" + indent + "]").setEmptyValue("[]");
        list.forEach(value -> joiner.add(write(value, inner)));
        return joiner.toString();
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                default -> quoted.append(c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
            }
        }
        return quoted.append('"').toString();
    }
}
