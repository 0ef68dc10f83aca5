package io.anyio.api.debug;

/**
 * The limiter of the worker threads of a loop, as it was when the figures were read.
 *
 * @param total how many functions may run in worker threads at the same time
 * @param borrowed how many run
 * @param waiting how many tasks wait until one more may run
 */
public record LimiterDTO(int total, int borrowed, int waiting) {
    /**
     * Whether tasks wait because all tokens are borrowed.
     *
     * @return true if so
     */
    public boolean saturated() {
        return waiting > 0 && borrowed >= total;
    }
}
