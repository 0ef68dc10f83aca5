package io.anyio.api.spi;

import java.lang.Character.UnicodeBlock;
import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Host names by IDNA 2008, mapped as UTS 46 says without its transition: {@code faß.de} is not {@code fass.de}.
 * {@link java.net.IDN} knows IDNA 2003 only.
 *
 * <p>Which characters a name may have is derived from the JDK's Unicode tables by the rules of RFC 5892. The rules for
 * names that are written from right to left (RFC 5893) are not checked: they protect readers, and here the name is not
 * displayed.
 */
public final class Idna {
    private static final int MAX_LABEL = 63;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    /** RFC 5892, section 2.6, and what has a category that would do. */
    private static final Set<Integer> DISALLOWED = Set.of(0x0640, 0x07FA, 0x302E, 0x302F, 0x3031, 0x3032, 0x3033,
            0x3034, 0x3035, 0x303B);

    /** Old jamo and marks for symbols, whose categories would do as well. */
    private static final Set<UnicodeBlock> DISALLOWED_BLOCKS = Set.of(UnicodeBlock.HANGUL_JAMO,
            UnicodeBlock.HANGUL_JAMO_EXTENDED_A, UnicodeBlock.HANGUL_JAMO_EXTENDED_B,
            UnicodeBlock.COMBINING_MARKS_FOR_SYMBOLS, UnicodeBlock.MUSICAL_SYMBOLS,
            UnicodeBlock.ANCIENT_GREEK_MUSICAL_NOTATION);

    private static final Set<Integer> VALID = Set.of(0x06FD, 0x06FE, 0x0F0B, 0x3007);

    private static final Set<Integer> VIRAMAS = Set.of(0x094D, 0x09CD, 0x0A4D, 0x0ACD, 0x0B4D, 0x0BCD, 0x0C4D, 0x0CCD,
            0x0D4D, 0x0DCA, 0x0E3A, 0x0EBA, 0x0F84, 0x1039, 0x103A, 0x1714, 0x1734, 0x17D2, 0x1A60, 0x1B44, 0x1BAA,
            0x1BAB, 0xA806, 0xA8C4, 0xA953, 0xA9C0, 0xAAF6, 0xABED);

    /** Letters that are not folded into others: sharp s, final sigma, and the i without a dot. */
    private static final Set<String> KEPT = Set.of("\u00DF", "\u03C2", "\u0131");

    private static final Pattern DOTS = Pattern.compile("[\u3002\uFF0E\uFF61]");

    private Idna() {}

    /**
     * The form in which a host name is looked up and stands in certificates. ASCII is returned as it is, addresses too.
     *
     * @param host the name, in Unicode or in its ASCII form
     * @return its ASCII form
     * @throws IllegalArgumentException if it cannot be a host name
     */
    public static String toAscii(String host) {
        if (isAscii(host)) {
            return host;
        }
        String dotted = DOTS.matcher(host).replaceAll(".");
        String mapped = map(dotted);
        if (countDots(mapped) != countDots(dotted)) {
            throw refused(host, "it has a character that stands for a dot and more");
        }
        StringBuilder ascii = new StringBuilder();
        // the root, after a dot at the end, is the only label without characters
        for (String label : (mapped.endsWith(".") ? mapped.substring(0, mapped.length() - 1) : mapped).split("\\.",
                -1)) {
            if (label.isEmpty()) {
                throw refused(host, "nothing is left of it, or of one of its labels");
            }
            ascii.append(ascii.isEmpty() ? "" : ".").append(encode(label, host));
        }
        return ascii.append(mapped.endsWith(".") ? "." : "").toString();
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static String map(String host) {
        String folded = Normalizer.normalize(host, Normalizer.Form.NFKC).codePoints().filter(c -> !isIgnored(c))
                .mapToObj(Idna::fold).collect(Collectors.joining());
        return Normalizer.normalize(folded, Normalizer.Form.NFKC);
    }

    private static long countDots(String text) {
        return text.chars().filter(c -> c == '.').count();
    }

    /** Java folds no case by itself, but to upper case and back again is nearly the same. */
    private static String fold(int c) {
        String lower = Character.toString(c).toLowerCase(Locale.ROOT);
        if (KEPT.contains(lower)) {
            return lower;
        }
        String upper = lower.toUpperCase(Locale.ROOT);
        // the small letters of Cherokee came later
        return isOf(upper.codePointAt(0), UnicodeScript.CHEROKEE) ? upper : upper.toLowerCase(Locale.ROOT);
    }

    /** Soft hyphens, variation selectors and the like. */
    private static boolean isIgnored(int c) {
        return c == 0x00AD || c == 0x034F || c == 0x200B || c == 0x2060 || c == 0x2064 || c == 0xFEFF
                || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) || (c >= 0x180B && c <= 0x180D)
                || c == 0x180F;
    }

    private static String encode(String label, String host) {
        int[] points = label.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            if (!isValid(points, i)) {
                throw refused(host, String.format(Locale.ROOT, "U+%04X may not stand in '%s'", points[i], label));
            }
        }
        if (isAscii(label)) {
            return label;
        }
        if (label.startsWith("-") || label.endsWith("-") || label.startsWith("--", 2)) {
            throw refused(host, "'" + label + "' has a hyphen where none may be");
        }
        if (isMark(points[0])) {
            throw refused(host, "'" + label + "' begins with a combining mark");
        }
        String encoded = "xn--" + Punycode.encode(points);
        if (encoded.length() > MAX_LABEL) {
            throw refused(host, "'" + label + "' has more than " + MAX_LABEL + " characters as " + encoded);
        }
        return encoded;
    }

    private static IllegalArgumentException refused(String host, String reason) {
        return new IllegalArgumentException("'" + host + "' is no host name: " + reason);
    }

    private static boolean isMark(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            default -> false;
        };
    }

    private static boolean isValid(int[] points, int i) {
        int c = points[i];
        int before = i == 0 ? 0 : points[i - 1];
        int after = i + 1 == points.length ? 0 : points[i + 1];
        return switch (c) {
            case ZERO_WIDTH_JOINER -> VIRAMAS.contains(before);
            case ZERO_WIDTH_NON_JOINER -> VIRAMAS.contains(before)
                    || (isOf(before, UnicodeScript.ARABIC) && isOf(after, UnicodeScript.ARABIC));
            case 0x00B7 -> before == 'l' && after == 'l';
            case 0x0375 -> isOf(after, UnicodeScript.GREEK);
            case 0x05F3, 0x05F4 -> isOf(before, UnicodeScript.HEBREW);
            case 0x30FB -> Arrays.stream(points)
                    .anyMatch(p -> isOf(p, UnicodeScript.HAN) || isOf(p, UnicodeScript.HIRAGANA)
                            || (p != c && isOf(p, UnicodeScript.KATAKANA)));
            case '-' -> true;
            // in names that do not belong to hosts, such as those of services
            case '_' -> Arrays.stream(points).allMatch(p -> p < 0x80);
            default ->
                VALID.contains(c) || (isLetterOrDigit(c) && !DISALLOWED.contains(c)
                        && !DISALLOWED_BLOCKS.contains(UnicodeBlock.of(c)));
        };
    }

    private static boolean isOf(int c, UnicodeScript script) {
        return UnicodeScript.of(c) == script;
    }

    private static boolean isLetterOrDigit(int c) {
        return switch (Character.getType(c)) {
            case Character.LOWERCASE_LETTER, Character.OTHER_LETTER, Character.MODIFIER_LETTER,
                    Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.DECIMAL_DIGIT_NUMBER ->
                true;
            case Character.UPPERCASE_LETTER -> isOf(c, UnicodeScript.CHEROKEE);
            default -> false;
        };
    }
}
