package io.barnacle.netns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One run of a {@link Scenario} on a cluster: the steps that scenarios have in common, and what was measured. */
final class Chaos {

  private static final Duration SETTLE = Duration.ofSeconds(60);

  private final NodeCluster cluster;
  private final List<Measure> measures = new ArrayList<>();
  private boolean right;

  private Chaos(NodeCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Runs a scenario.
   *
   * @param cluster without nodes for the starts; else its nodes are started, or left over from a scenario that ended well
   */
  static Chaos run(Scenario scenario, NodeCluster cluster) throws InterruptedException {
    Chaos chaos = new Chaos(cluster);
    cluster.setUsable(false);
    if (!scenario.startsNodes() && !cluster.isStarted()) {
      cluster.start();
    }
    scenario.run(chaos);
    if (chaos.right) {
      cluster.forgetServed();
      cluster.setUsable(true);
    }
    return chaos;
  }

  NodeCluster cluster() {
    return cluster;
  }

  /** What was measured, in the order of the scenario. */
  List<Measure> measures() {
    return List.copyOf(measures);
  }

  /** How long to wait for what an engine does by itself. */
  Duration patience() {
    return cluster.engine().patience();
  }

  void add(Measure measure) {
    measures.add(measure);
  }

  /** Checks that everything is right before the fault. */
  void ready() throws InterruptedException {
    Rightness.Verdict verdict = cluster.awaitRight(System.nanoTime(), SETTLE);
    if (!verdict.isRight()) {
      throw new AssertionError("not right before the fault: " + verdict.last());
    }
    cluster.journal().mark(System.nanoTime());
  }

  /** Cuts all the sides off from each other. */
  void cut(List<? extends Collection<Integer>> sides) {
    for (int one = 0; one < sides.size(); one++) {
      for (int other = one + 1; other < sides.size(); other++) {
        cluster.lab().cut(sides.get(one), sides.get(other));
      }
    }
  }

  /** Lets everything pass again and measures until everything is right. */
  void heal(Duration limit) throws InterruptedException {
    long since = System.nanoTime();
    cluster.lab().heal();
    right("all right after the heal", since, limit);
  }

  /** What applications do meanwhile: these nodes give up one address and serve a new one. */
  void turn(String dies, Collection<Integer> nodes) {
    nodes.forEach(node -> cluster.unregister(node, dies));
    cluster.serve("born", nodes);
  }

  void members(String what, Collection<? extends Collection<Integer>> groups, long since, Duration limit,
      Duration patience) throws InterruptedException {
    Rightness.Verdict verdict = cluster.awaitMembers(groups, since, patience);
    measures.add(new Measure(what, verdict.took(), limit, verdict.isRight() ? "by node " + verdict.byNode()
        : verdict.last()));
  }

  void right(String what, long since, Duration limit) throws InterruptedException {
    right(what, since, limit, patience());
  }

  void right(String what, long since, Duration limit, Duration patience) throws InterruptedException {
    Rightness.Verdict verdict = cluster.awaitRight(since, patience);
    right = verdict.isRight();
    measures.add(Measure.of(what, verdict, limit));
  }

  /** Lets time pass: part of the scenario, not a wait for something. */
  void pass(long millis) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(millis);
  }

  /** Lets time pass until so long after a moment. */
  void passUntil(long since, long millis) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(since + TimeUnit.MILLISECONDS.toNanos(millis) - System.nanoTime());
  }
}
