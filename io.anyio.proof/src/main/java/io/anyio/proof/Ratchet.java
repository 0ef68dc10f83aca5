package io.anyio.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What docs/proved.tsv says that the tests prove: of each statement its state, and how many tests of it there are on
 * each backend. The build holds what it found against that file, so no proof is lost unseen, and a new one is kept from
 * then on.
 */
record Ratchet(Map<String, Row> rows) {
    /** A statement's state and its tests, passed or aborted. */
    record Row(String state, int carrier, int pool) {
        String line(String statement) {
            return String.join("\t", statement, state, Integer.toString(carrier), Integer.toString(pool));
        }

        boolean atLeast(Row other) {
            return carrier >= other.carrier && pool >= other.pool
                    && (state.equals(other.state) || other.state.equals("partial"));
        }
    }

    static Ratchet read(Path file) throws IOException {
        Map<String, Row> rows = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] cells = line.split("\t", -1);
            if (cells.length != 4)
                throw new IllegalArgumentException(
                        file.getFileName() + " has a number, a state and two counts a line: " + line);
            if (rows.put(cells[0], new Row(cells[1], Integer.parseInt(cells[2]), Integer.parseInt(cells[3]))) != null)
                throw new IllegalArgumentException(file.getFileName() + " holds twice: " + line);
        }
        return new Ratchet(rows);
    }

    List<String> lines() {
        return rows.entrySet().stream().map(e -> e.getValue().line(e.getKey())).toList();
    }

    /** What differs in what was found, worst first. */
    List<String> differences(Ratchet found) {
        List<String> lost = new ArrayList<>();
        List<String> won = new ArrayList<>();
        Map<String, Row> all = new TreeMap<>(rows);
        all.putAll(found.rows);
        for (String statement : all.keySet()) {
            Row before = rows.getOrDefault(statement, new Row("unproved", 0, 0));
            Row now = found.rows.getOrDefault(statement, new Row("unproved", 0, 0));
            if (now.equals(before)) continue;
            boolean less = rows.containsKey(statement) && !now.atLeast(before);
            (less ? lost : won).add((less ? "Proved less: " : "Proved more: ") + now.line(statement)
                    + ", and docs/proved.tsv says " + before.line(statement));
        }
        lost.addAll(won);
        return lost;
    }
}
