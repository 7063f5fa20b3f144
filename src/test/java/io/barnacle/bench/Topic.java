package io.barnacle.bench;

import java.nio.file.Path;
import java.util.List;

/** What can be measured, in the order in which it is. */
enum Topic {

  HEAP(Registry::heap),
  SINGLE(Registry::single),
  VISIBLE(Registry::visible),
  FIRST(Requests::first),
  STALE(Requests::stale),
  THROUGHPUT(Requests::throughput),
  /** 10,000, 30,000 and 100,000 registrations, and unregistering. */
  BULK(Registry::bulk),
  /** A join beside 2 × 10,000 registrations, then the death of a node with 10,000. */
  LOSS(Loss::measure, false),
  /** What clusters of 3, 5 and 10 nodes write; on demand, as it takes several minutes. */
  COST(Cost::measure, true),
  /** Rolling restarts under load; on demand, as they take several minutes. */
  ROLLING(Rolling::measure, true);

  /** A measurement on standing clusters of both engines. */
  @FunctionalInterface
  interface OnPair {

    List<Row> measure(Pair pair) throws InterruptedException;
  }

  /** A measurement that starts what it needs. */
  @FunctionalInterface
  interface Alone {

    List<Row> measure(Path directory) throws InterruptedException;
  }

  private final OnPair onPair;
  private final Alone alone;
  private final boolean onDemand;

  Topic(OnPair onPair) {
    this.onPair = onPair;
    this.alone = null;
    this.onDemand = false;
  }

  Topic(Alone alone, boolean onDemand) {
    this.onPair = null;
    this.alone = alone;
    this.onDemand = onDemand;
  }

  /** Whether it is measured only when it is asked for. */
  boolean isOnDemand() {
    return onDemand;
  }

  boolean needsPair() {
    return onPair != null;
  }

  List<Row> measure(Pair pair, Path directory) throws InterruptedException {
    return onPair == null ? alone.measure(directory) : onPair.measure(pair);
  }
}
