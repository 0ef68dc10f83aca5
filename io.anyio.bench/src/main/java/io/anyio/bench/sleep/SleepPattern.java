package io.anyio.bench.sleep;

/** How long each of the sleepers sleeps. */
public enum SleepPattern {
    /**
     * Each until a moment of its own; the moments are spread evenly, in random order, from the start of the run to its
     * ideal end.
     */
    SPREAD("each until its own moment"),
    /** All for the same time, each from its own beginning. */
    TOGETHER("all for the same time");

    private final String label;

    SleepPattern(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
