package io.anyio.proof;

import java.util.Comparator;

/** One row of a module's proofs: a test that passed on a backend, and the statement it names. */
record Proof(String statement, String backend, String test) implements Comparable<Proof> {
    static final String CARRIER = "carrier";
    static final String POOL = "pool";

    private static final Comparator<Proof> ORDER = Comparator.comparing(Proof::statement).thenComparing(Proof::backend)
            .thenComparing(Proof::test);

    static Proof parse(String row) {
        String[] cells = row.split("\t", -1);
        if (cells.length != 3) throw new IllegalArgumentException("A proof has three cells, statement, backend and test: " + row);
        return new Proof(cells[0], cells[1], cells[2]);
    }

    String row() {
        return statement + "\t" + backend + "\t" + test;
    }

    @Override
    public int compareTo(Proof other) {
        return ORDER.compare(this, other);
    }
}
