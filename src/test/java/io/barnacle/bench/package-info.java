/**
 * The benchmark: Barnacle and plain vertx-hazelcast side by side in one run, each as JVMs of its own on loopback.
 *
 * <p>{@link io.barnacle.bench.Benchmark} is the entry and prints the table; {@link io.barnacle.bench.Topic} says what
 * is measured, {@link io.barnacle.bench.BenchNode} is the process that does the work, {@link io.barnacle.bench.Nodes} a
 * cluster of them. Times are taken inside the nodes with {@link java.lang.System#nanoTime}, which processes of one
 * Linux machine share, so moments of two nodes can be compared.
 */
package io.barnacle.bench;
