package io.anyio.bench.micro;

import org.openjdk.jmh.annotations.Fork;

/** The same on a scheduler with one carrier. */
@Fork(jvmArgsAppend = {"-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1"})
public class JoxOneCarrier extends Jox {}
