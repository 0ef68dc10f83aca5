/**
 * Our bundles in containers that others made: Apache Karaf and GlassFish. {@code mvn -Pcontainers verify} runs these
 * tests; the default build leaves them out, because they need distributions of 40 and 130 MB.
 */
@NullMarked
package io.anyio.itest.container;

import org.jspecify.annotations.NullMarked;
