package io.anyio.proof;

import java.util.Comparator;

/**
 * One row of a module's proofs: a test that ran on a backend, the statement it names, and why it did not run to its end
 * if it did not.
 */
record Proof(String statement, String backend, String test, String aborted) implements Comparable<Proof> {
    static final String CARRIER = "carrier";
    static final String POOL = "pool";

    private static final Comparator<Proof> ORDER = Comparator.comparing(Proof::statement).thenComparing(Proof::backend)
            .thenComparing(Proof::test).thenComparing(Proof::aborted);

    Proof {
        aborted = aborted.replaceAll("\\s+", " ");
    }

    static Proof passed(String statement, String backend, String test) {
        return new Proof(statement, backend, test, "");
    }

    static Proof parse(String row) {
        String[] cells = row.split("\t", -1);
        if (cells.length != 4)
            throw new IllegalArgumentException(
                    "A proof has four cells, statement, backend, test and why it was aborted: " + row);
        return new Proof(cells[0], cells[1], cells[2], cells[3]);
    }

    boolean passed() {
        return aborted.isEmpty();
    }

    /** Whether both are what one test says about one statement on one backend. */
    boolean sameClaim(Proof other) {
        return statement.equals(other.statement) && backend.equals(other.backend) && test.equals(other.test);
    }

    String row() {
        return String.join("\t", statement, backend, test, aborted);
    }

    @Override
    public int compareTo(Proof other) {
        return ORDER.compare(this, other);
    }
}
