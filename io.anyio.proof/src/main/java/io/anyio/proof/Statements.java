package io.anyio.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The acceptance lists: the numbers of the statements of docs/semantics.md, and of docs/beyond.md, each in their order;
 * the sentences of docs/not-expressible.tsv about those which Java's types or the shape of the API settle, and the
 * reasons of docs/partial.tsv why tests prove less than others say.
 */
record Statements(Set<String> semantics, Set<String> beyond, Map<String, String> notExpressible,
        Map<String, String> partial) {
    private static final Pattern STATEMENT = Pattern.compile("- \\*\\*([A-Z]+)-(\\d+)\\*\\* .*");
    private static final Pattern TABLE_ROW = Pattern.compile("\\| ([A-Z]+) \\| .* \\| (\\d+) \\|");
    private static final Pattern REFERENCE = Pattern.compile("([A-Z]+)-(\\d+)(?: to (\\d+))?");

    static Statements read(Path docs) throws IOException {
        String text = Files.readString(docs.resolve("semantics.md"));
        Set<String> semantics = ids("semantics.md", text);
        Set<String> beyond = ids("beyond.md", Files.readString(docs.resolve("beyond.md")));
        return new Statements(semantics, beyond,
                sentences(docs.resolve("not-expressible.tsv"), mayBeNotExpressible(text),
                        "semantics.md does not name as not expressible"),
                sentences(docs.resolve("partial.tsv"), union(semantics, beyond), "no list of statements holds"));
    }

    /** All statements, in their order. */
    Set<String> ids() {
        return union(semantics, beyond);
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(others);
        return all;
    }

    /** The statements' numbers, checked against the table at the head of the list. */
    private static Set<String> ids(String file, String list) {
        Set<String> ids = new LinkedHashSet<>();
        Map<String, Integer> counted = new TreeMap<>();
        Map<String, Integer> promised = new TreeMap<>();
        for (String line : list.lines().toList()) {
            Matcher statement = STATEMENT.matcher(line);
            Matcher row = TABLE_ROW.matcher(line);
            if (statement.matches()) {
                if (!ids.add(statement.group(1) + "-" + statement.group(2)))
                    throw new IllegalArgumentException(file + " holds twice: " + line);
                counted.merge(statement.group(1), 1, Integer::sum);
            } else if (row.matches()) {
                promised.put(row.group(1), Integer.valueOf(row.group(2)));
            }
        }
        if (!counted.equals(promised))
            throw new IllegalArgumentException(
                    file + " holds " + counted + ", and the table at its head says " + promised);
        return ids;
    }

    /** What the paragraph "Not expressible" at the head of the list names. */
    private static Set<String> mayBeNotExpressible(String semantics) {
        int start = semantics.indexOf("**Not expressible.**");
        Set<String> ids = new TreeSet<>();
        Matcher reference = REFERENCE.matcher(semantics.substring(start, semantics.indexOf("\n\n", start)));
        while (reference.find()) {
            int first = Integer.parseInt(reference.group(2));
            int last = reference.group(3) == null ? first : Integer.parseInt(reference.group(3));
            for (int n = first; n <= last; n++) ids.add("%s-%02d".formatted(reference.group(1), n));
        }
        return ids;
    }

    private static Map<String, String> sentences(Path tsv, Set<String> allowed, String otherwise) throws IOException {
        Map<String, String> sentences = new LinkedHashMap<>();
        for (String line : Files.readAllLines(tsv)) {
            String[] cells = line.split("\t", -1);
            if (cells.length != 2 || cells[1].isBlank())
                throw new IllegalArgumentException(
                        tsv.getFileName() + " has a number, a tab and a sentence a line: " + line);
            if (!allowed.contains(cells[0]))
                throw new IllegalArgumentException(tsv.getFileName() + " holds what " + otherwise + ": " + line);
            if (sentences.put(cells[0], cells[1]) != null)
                throw new IllegalArgumentException(tsv.getFileName() + " holds twice: " + line);
        }
        return sentences;
    }
}
