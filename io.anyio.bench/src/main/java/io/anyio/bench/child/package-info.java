/** Child processes, beside those of {@code ProcessBuilder}. */
package io.anyio.bench.child;
