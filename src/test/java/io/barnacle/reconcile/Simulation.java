package io.barnacle.reconcile;

import io.barnacle.node.Endpoint;
import io.barnacle.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One run: nodes with the production loop, virtual time, and for a while random faults, all from one seed. The cluster
 * below the connector is a simple model: who can hear each other for long enough is a member, who cannot for
 * {@value #SILENCE_MS} ms is not, and a successful connect makes two clusters one.
 */
final class Simulation {

  static final Duration POLL = Duration.ofSeconds(5);
  static final Duration TIMEOUT = Duration.ofSeconds(4);
  /** A poll interval with its jitter after a refresh that took all of its time. */
  static final long LONGEST_SILENCE_MS = 5_500 + 4_000 + 500;
  /** One each 100 ms; failed ones follow each other after 50 ms at the least, rarely. */
  static final int MAX_REQUESTS = 15;

  private static final Map<Integer, Node> ADDRESSES = new ConcurrentHashMap<>();
  private static final long SILENCE_MS = 3_000;
  private static final long SETTLE_MS = 20_000;
  private static final int HISTORY = 40;
  private static final int MANY = 500;
  private static final int FORGOTTEN_OF_MANY = 5;
  private static final int MOST_IN_A_RACK = 30;

  private final long seed;
  private final long faultsMs;
  private final Random random;
  private final SimClock clock = new SimClock();
  private final RemovalPolicy policy;
  private final SimNode[] nodes;
  private final int[] side;
  private final Map<Node, Integer> indexes = new LinkedHashMap<>();
  private final Set<Node> truth = Collections.unmodifiableSet(indexes.keySet());
  private final List<String> history = new ArrayList<>();
  private boolean faulty = true;
  private long networkSteadySince;
  private long noDiscoveryUntil;
  private int incarnations;
  private AssertionError failure;

  Simulation(long seed, int size, long faultsMs) {
    this.seed = seed;
    this.faultsMs = faultsMs;
    this.random = new Random(seed);
    this.policy = RemovalPolicy.values()[random.nextInt(RemovalPolicy.values().length)];
    this.nodes = new SimNode[size];
    this.side = new int[size];
    for (int index = 0; index < size; index++) {
      indexes.put(address(index), index);
    }
  }

  /** Always the same object: comparing two of them is what runs with many nodes do most. */
  static Node address(int index) {
    return ADDRESSES.computeIfAbsent(index,
        i -> new Node("n", new Endpoint("10.0." + i / 250 + "." + (1 + i % 250), 5701)));
  }

  long seed() {
    return seed;
  }

  SimClock clock() {
    return clock;
  }

  /** None in half of the runs. */
  Duration grace() {
    return Duration.ofSeconds(Math.floorMod(seed / 3, 2L) * 8);
  }

  RemovalPolicy policy() {
    return policy;
  }

  /** Runs it; an {@link AssertionError} tells the seed and the last faults. */
  void run() {
    for (int index = 0; index < nodes.length; index++) {
      int each = index;
      clock.in(random.nextInt(2_000), () -> start(each));
    }
    clock.in(500, this::fault);
    clock.runUntil(faultsMs);
    stopFaults();
    clock.runUntil(faultsMs + SETTLE_MS);
    Set<SimNode> all = new HashSet<>(List.of(nodes));
    for (SimNode node : nodes) { // first, as a loop that stops finds nobody either
      check(clock.now() - node.lastDiscovery <= LONGEST_SILENCE_MS, () -> node + " has stopped to refresh");
    }
    for (SimNode node : nodes) {
      check(node.view.nodes().equals(all), () -> node + " sees " + node.view.size() + " of " + nodes.length + " members "
          + SETTLE_MS + " ms after the last fault");
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Notes the first broken invariant; {@link #run} throws it, as the refresh below would take it for a peer's failure. */
  void check(boolean holds, Supplier<String> broken) {
    if (!holds && failure == null) {
      failure = new AssertionError("seed " + seed + ", " + nodes.length + " nodes, " + faultsMs + " ms of faults, policy "
          + policy + ", at " + clock.now() + " ms: " + broken.get() + "\n  " + String.join("\n  ", history));
    }
  }

  Future<Set<Node>> discover(SimNode asking) {
    Promise<Set<Node>> answer = Promise.promise();
    int luck = !faulty ? 9 : clock.now() < noDiscoveryUntil ? 0 : asking.random.nextInt(10);
    long delay = clock.now() < noDiscoveryUntil ? 1 : 1 + asking.random.nextInt(40);
    switch (luck) {
      case 0 -> clock.in(delay, () -> answer.fail("simulated"));
      case 1 -> clock.in(delay, () -> answer.complete(Set.of()));
      case 2 -> {
        Set<Node> part = partOf(asking.random);
        clock.in(delay, () -> answer.complete(part));
      }
      case 3 -> clock.in(1_000 + asking.random.nextInt(5_000), () -> answer.complete(truth));
      case 4 -> { } // never
      default -> clock.in(delay, () -> answer.complete(truth));
    }
    return answer.future();
  }

  /**
   * About two thirds. Where whoever is forgotten is removed, and each removal is told to everybody, only a few are forgotten
   * of many: else a run of 1,000 nodes would do little but that, for minutes.
   */
  private Set<Node> partOf(Random random) {
    Set<Node> part = new HashSet<>(truth);
    if (policy == RemovalPolicy.ABSENT && nodes.length >= MANY) {
      for (int i = 0; i < FORGOTTEN_OF_MANY; i++) {
        part.remove(address(random.nextInt(nodes.length)));
      }
    } else {
      part.removeIf(node -> random.nextInt(3) == 0);
    }
    return part;
  }

  Future<Void> connect(SimNode from, Node to) {
    if (from.view.contains(nodes[indexes.get(to)])) {
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    int luck = faulty ? from.random.nextInt(5) : 4;
    if (luck == 0) {
      return done.future(); // never
    }
    clock.in(1 + from.random.nextInt(100), () -> {
      if (luck == 1 || !from.isUp() || !answers(from, to)) {
        done.tryFail("not reached");
      } else {
        join(from, nodes[indexes.get(to)]);
        done.tryComplete();
      }
    });
    return done.future();
  }

  boolean answers(SimNode from, Node to) {
    SimNode target = nodes[indexes.get(to)];
    return target != null && target.isUp() && side[from.index] == side[target.index];
  }

  /**
   * A node removes another: never one that discovery has just listed, and under the default only one that has missed three
   * probes.
   */
  void evict(SimNode by, Node victim) {
    SimNode target = nodes[indexes.get(victim)];
    if (target == null || !by.view.contains(target)) {
      return; // it has left meanwhile
    }
    check(policy != RemovalPolicy.NEVER, () -> by + " removes " + victim + " under the policy never");
    check(!by.listed.contains(victim), () -> by + " removes " + victim + ", which discovery lists");
    check(!by.listed.isEmpty(), () -> by + " removes " + victim + " though discovery lists nobody");
    check(policy != RemovalPolicy.UNREACHABLE || by.missed.getOrDefault(victim, 0) >= 3,
        () -> by + " removes " + victim + ", which did not miss three probes");
    by.missed.remove(victim);
    note(by + " removes " + target);
    detach(target);
  }

  private void start(int index) {
    SimNode node = new SimNode(this, index, incarnations++);
    nodes[index] = node;
    node.loop.start();
  }

  private void join(SimNode one, SimNode other) {
    if (one.view.contains(other)) {
      return;
    }
    Set<SimNode> all = new LinkedHashSet<>(one.view.nodes());
    all.addAll(other.view.nodes());
    all.removeIf(node -> !node.isUp() || side[node.index] != side[one.index]);
    Set<SimNode> left = new LinkedHashSet<>(one.view.nodes());
    left.addAll(other.view.nodes());
    left.removeAll(all);
    SimNode.see(all, new SimNode.View(all));
    left.forEach(node -> SimNode.see(List.of(node),
        new SimNode.View(left.stream().filter(peer -> node.view.contains(peer)).toList())));
  }

  private void detach(SimNode node) {
    Set<SimNode> rest = new LinkedHashSet<>(node.view.nodes());
    rest.remove(node);
    SimNode.see(List.of(node), new SimNode.View(Set.of(node)));
    SimNode.see(rest, new SimNode.View(rest));
  }

  /** Whoever is cut off from others for too long is in a cluster with those only that he hears. */
  private void detectSplit(long since) {
    if (since != networkSteadySince) {
      return;
    }
    for (SimNode node : nodes) {
      if (node != null && !node.crashed) {
        if (node.view.nodes().stream().anyMatch(peer -> side[peer.index] != side[node.index])) {
          List<SimNode> heard =
              node.view.nodes().stream().filter(peer -> side[peer.index] == side[node.index]).toList();
          SimNode.see(heard, new SimNode.View(heard));
        }
      }
    }
  }

  private void fault() {
    if (!faulty) {
      return;
    }
    int index = random.nextInt(nodes.length);
    SimNode node = nodes[index];
    switch (random.nextInt(5)) {
      case 0 -> crashForAWhile(node);
      case 1 -> {
        if (node != null && node.isUp()) {
          note(node + " pauses");
          node.paused = true;
          clock.in(SILENCE_MS, () -> {
            if (node.paused && !node.crashed) {
              detach(node);
            }
          });
          clock.in(500 + random.nextInt(8_000), () -> resume(node));
        }
      }
      case 2 -> split(2 + random.nextInt(2));
      case 3 -> rackFails();
      default -> split(1);
    }
    clock.in(200 + random.nextInt(4_000), this::fault);
  }

  private void crashForAWhile(SimNode node) {
    if (faulty && node != null && !node.crashed) {
      crash(node);
      clock.in(500 + random.nextInt(8_000), () -> restart(node));
    }
  }

  /** Discovery fails at once, whoever asks, and nodes crash one shortly after the other: as much news as can be. */
  private void rackFails() {
    noDiscoveryUntil = clock.now() + 1_000 + random.nextInt(2_000);
    note("no discovery until " + noDiscoveryUntil);
    for (int i = 0; i < Math.min(MOST_IN_A_RACK, nodes.length / 4); i++) {
      int index = random.nextInt(nodes.length);
      clock.in(i * 20, () -> crashForAWhile(nodes[index]));
    }
  }

  private void crash(SimNode node) {
    note(node + " crashes");
    node.crash();
    nodes[node.index] = null;
    Set<SimNode> rest = new LinkedHashSet<>(node.view.nodes());
    rest.remove(node);
    clock.in(50, () -> rest.forEach(peer -> {
      if (peer.view.contains(node)) {
        Set<SimNode> now = new LinkedHashSet<>(peer.view.nodes());
        now.remove(node);
        SimNode.see(now, new SimNode.View(now));
      }
    }));
  }

  private void restart(SimNode node) {
    if (nodes[node.index] == null) {
      note(node + " is started again");
      start(node.index);
    }
  }

  private void resume(SimNode node) {
    if (node.paused && !node.crashed) {
      note(node + " resumes");
      node.resume();
    }
  }

  private void split(int sides) {
    note("network of " + sides + " sides");
    for (int index = 0; index < nodes.length; index++) {
      side[index] = random.nextInt(sides);
    }
    networkSteadySince = clock.now();
    long since = clock.now();
    clock.in(SILENCE_MS, () -> detectSplit(since));
  }

  private void stopFaults() {
    faulty = false;
    split(1);
    for (int index = 0; index < nodes.length; index++) {
      if (nodes[index] == null) {
        start(index);
      } else {
        resume(nodes[index]);
      }
    }
    note("no more faults");
  }

  private void note(String what) {
    history.add(clock.now() + " " + what);
    if (history.size() > HISTORY) {
      history.remove(0);
    }
  }
}
