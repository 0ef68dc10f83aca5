/** Micro benchmarks with JMH, and their peers. */
@NullMarked
package io.anyio.bench.micro;

import org.jspecify.annotations.NullMarked;
