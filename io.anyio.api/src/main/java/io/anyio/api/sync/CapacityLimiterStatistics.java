package io.anyio.api.sync;

import java.util.List;

/**
 * What a limiter counts.
 *
 * @param borrowedTokens how many tokens are borrowed
 * @param totalTokens how many there are
 * @param borrowers who has them, in no order
 * @param tasksWaiting how many tasks wait for one
 */
public record CapacityLimiterStatistics(int borrowedTokens, int totalTokens, List<Object> borrowers, int tasksWaiting) {
    /** Copies the list. */
    public CapacityLimiterStatistics {
        borrowers = List.copyOf(borrowers);
    }
}
