package io.anyio.bench.micro;

/**
 * One number of a micro benchmark.
 *
 * @param work what is measured
 * @param peer who did it
 * @param perSecond operations in a second
 * @param error half of the 99.9 % confidence interval, in operations in a second; NaN where unknown
 */
public record MicroResult(String work, String peer, double perSecond, double error) {}
