/**
 * Benchmarks of AnyIO for OSGi beside its peers: an echo server under load, and JMH for the micro costs. Never part of
 * the test run.
 */
@NullMarked
package io.anyio.bench;

import org.jspecify.annotations.NullMarked;
