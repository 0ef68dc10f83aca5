package io.anyio.bench.report;

import java.util.ArrayList;
import java.util.List;

/** A table of text: the first column to the left, the others to the right. */
public final class Table {
    private final List<String[]> rows = new ArrayList<>();

    /** A table with these headings. */
    public Table(String... headings) {
        rows.add(headings);
    }

    /** Adds a row with as many cells as there are headings. */
    public void add(String... cells) {
        if (cells.length != rows.getFirst().length) {
            throw new IllegalArgumentException(cells.length + " cells for " + rows.getFirst().length + " headings");
        }
        rows.add(cells);
    }

    /** A number with the given decimals, or "-" if it is unknown. */
    public static String number(double value, int decimals) {
        return Double.isNaN(value) ? "-" : ("%,." + decimals + "f").formatted(value);
    }

    @Override
    public String toString() {
        int[] widths = new int[rows.getFirst().length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder(row[0] + " ".repeat(widths[0] - row[0].length()));
            for (int i = 1; i < row.length; i++) {
                line.append("  ").append(" ".repeat(widths[i] - row[i].length())).append(row[i]);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
