package io.anyio.api.spi;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a command of the console: options of one letter, with and without a value, and one operand at most.
 * Immutable.
 */
public final class Arguments {
    private final Map<String, String> options;
    private final String operand;

    private Arguments(Map<String, String> options, String operand) {
        this.options = options;
        this.operand = operand;
    }

    /** The arguments make no sense; the message names the one that does not. */
    public static final class Misuse extends Exception {
        private static final long serialVersionUID = 1;

        /**
         * Makes the exception.
         *
         * @param message which argument, and why
         */
        public Misuse(String message) {
            super(message, null, false, false);
        }
    }

    /** What a command does with its arguments. */
    public interface Action {
        /**
         * Runs the command.
         *
         * @param arguments what it was given
         * @return lines for the console
         * @throws Misuse if they make no sense
         */
        String run(Arguments arguments) throws Misuse;
    }

    /**
     * Runs a command. With {@code -h}, or with arguments that make no sense, it is not run.
     *
     * @param usage how it is called: the first line is {@code usage: name [-f] [-v value] [operand]}
     * @param given the arguments of the call
     * @param action the command
     * @return its lines; or the usage, after a line that tells what is wrong
     */
    public static String run(String usage, @Nullable Object[] given, Action action) {
        try {
            Arguments arguments = parse(usage.lines().findFirst().orElse(""), given);
            return arguments.has("h") ? usage : action.run(arguments);
        } catch (Misuse e) {
            return e.getMessage() + "\n" + usage;
        }
    }

    private static Arguments parse(String line, @Nullable Object[] given) throws Misuse {
        boolean takesOperand = line.matches(".* [\\w<>]+");
        Map<String, String> options = new HashMap<>();
        String operand = "";
        for (int i = 0; i < given.length; i++) {
            String word = String.valueOf(given[i]);
            String letter = word.startsWith("-") && word.length() == 2 ? word.substring(1) : "";
            if (line.contains("[-" + letter + " ") && !letter.isEmpty()) {
                if (++i == given.length) {
                    throw new Misuse("The option " + word + " needs a value");
                }
                options.put(letter, String.valueOf(given[i]));
            } else if (letter.equals("h") || line.contains("[-" + letter + "]")) {
                options.put(letter, "");
            } else if (takesOperand && operand.isEmpty() && !word.startsWith("-")) {
                operand = word;
            } else {
                throw new Misuse((word.startsWith("-") ? "There is no option " : "There is no use for ") + word);
            }
        }
        return new Arguments(options, operand);
    }

    /**
     * Whether an option was given.
     *
     * @param option its letter
     * @return true if so
     */
    public boolean has(String option) {
        return options.containsKey(option);
    }

    /**
     * The operand.
     *
     * @return what was given that is no option, or an empty text
     */
    public String operand() {
        return operand;
    }

    /**
     * A whole number.
     *
     * @param what what the number is, for the message
     * @param text the text that was given
     * @param least the least that makes sense
     * @return the number
     * @throws Misuse if the text is no such number
     */
    public static long number(String what, String text, long least) throws Misuse {
        try {
            long number = Long.parseLong(text.strip());
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException _) {
            // reported below
        }
        throw new Misuse(what + " is a whole number from " + least + ", and not '" + text + "'");
    }

    /**
     * The number that an option has.
     *
     * @param option its letter
     * @param least the least that makes sense
     * @param otherwise the number if the option was not given
     * @return the number
     * @throws Misuse if the value is no such number
     */
    public long number(String option, long least, long otherwise) throws Misuse {
        String value = options.get(option);
        return value == null ? otherwise : number("The value of -" + option, value, least);
    }

    /**
     * Whether a name is what an option asks for. In its value, {@code *} stands for any text.
     *
     * @param option its letter
     * @param name the name
     * @return true also if the option was not given
     */
    public boolean matches(String option, String name) {
        String value = options.get(option);
        return value == null || Pattern.matches(
                Stream.of(value.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")), name);
    }

    /**
     * Tells that nothing is what an option asks for.
     *
     * @param <T> the type of the things
     * @param option its letter
     * @param kind what they are, for the message
     * @param all what there is
     * @param name the name of each
     * @return a line that names what there is
     */
    public <T> String noneMatches(String option, String kind, Stream<T> all, Function<T, String> name) {
        return "No " + kind + " is '" + Objects.requireNonNullElse(options.get(option), "*") + "', there "
                + all.map(name).distinct().sorted().collect(Collectors.joining(", ", "is ", ""));
    }
}
