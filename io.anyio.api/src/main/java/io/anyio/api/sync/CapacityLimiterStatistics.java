package io.anyio.api.sync;

import java.util.List;

/**
 * The state of a capacity limiter.
 *
 * @param borrowedTokens how many tokens are borrowed
 * @param totalTokens how many tokens there are
 * @param borrowers the borrowers, in no particular order
 * @param tasksWaiting how many tasks wait for a token
 */
public record CapacityLimiterStatistics(int borrowedTokens, int totalTokens, List<Object> borrowers, int tasksWaiting) {
    /** Copies the list. */
    public CapacityLimiterStatistics {
        borrowers = List.copyOf(borrowers);
    }
}
