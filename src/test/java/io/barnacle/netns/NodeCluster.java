package io.barnacle.netns;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Nodes of one engine in a {@link NetLab}, what their applications asked for, and the judge. Driven by one thread. Nodes
 * are numbered from 1.
 */
final class NodeCluster implements AutoCloseable {

  /** How long everything has to stay right to be believed: longer than any probe takes to be judged. */
  private static final Duration HOLD = Duration.ofMillis(2_500);
  private static final Duration READY = Duration.ofSeconds(60);
  private static final int PUBLISHED = 3;

  private final Engine engine;
  private final NetLab lab;
  private final Path logs;
  private final List<String> hosts;
  private final Rightness rightness = new Rightness();
  private final Journal journal = new Journal();
  private final Truth truth = new Truth();
  private final Map<Integer, NodeProcess> nodes = new TreeMap<>();
  private final Map<Integer, String> ids = new HashMap<>();
  private final List<String> tested = new ArrayList<>();
  private int addresses;
  private boolean usable = true;

  /**
   * Builds the network; no node runs yet.
   *
   * @param logs the directory of the nodes' logs; what an earlier run left there is replaced
   */
  NodeCluster(Engine engine, int size, Path logs) {
    this(engine, new NetLab(size), size, logs);
  }

  private NodeCluster(Engine engine, NetLab lab, int size, Path logs) {
    this.engine = engine;
    this.logs = logs;
    this.lab = lab;
    this.hosts = IntStream.rangeClosed(1, size)
        .mapToObj(node -> lab.size() == 1 ? NodeSetup.LOOPBACK : lab.address(node)).toList();
    try {
      Files.createDirectories(logs);
      for (int node : all()) {
        Files.deleteIfExists(log(node));
      }
    } catch (IOException e) {
      lab.close();
      throw new UncheckedIOException(e);
    }
  }

  /** All nodes in one namespace, on its loopback: Barnacle that finds them by their port mapper. */
  static NodeCluster onOneMachine(int size, Path logs) {
    return new NodeCluster(Engine.BARNACLE, new NetLab(1), size, logs);
  }

  /** What the nodes are made of. */
  Engine engine() {
    return engine;
  }

  /** The network, for faults. */
  NetLab lab() {
    return lab;
  }

  /** Whether any node runs. */
  boolean isStarted() {
    return !nodes.isEmpty();
  }

  /** Whether another scenario may run on these nodes: all of the last one ran, and everything was right in the end. */
  boolean isUsable() {
    return usable;
  }

  /** Says whether another scenario may run on these nodes. */
  void setUsable(boolean usable) {
    this.usable = usable;
  }

  /** What happened since its mark. */
  Journal journal() {
    return journal;
  }

  /** All nodes there may be. */
  List<Integer> all() {
    return IntStream.rangeClosed(1, hosts.size()).boxed().toList();
  }

  /** All but some. */
  List<Integer> allBut(Collection<Integer> some) {
    return all().stream().filter(node -> !some.contains(node)).toList();
  }

  /** The process of a living node. */
  NodeProcess process(int node) {
    return nodes.get(node);
  }

  /** The Vert.x node id of a living node. */
  String id(int node) {
    return ids.get(node);
  }

  /** The nodes in the order in which a fault should choose them: the oldest member last. */
  List<Integer> youngestFirst() {
    int oldest = journal.oldest();
    List<Integer> order = new ArrayList<>(allBut(List.of(oldest)));
    order.add(oldest);
    return order;
  }

  /** Starts the process of a node that has none; does not wait. */
  void launch(int node) {
    nodes.put(node, NodeProcess.start(lab, new NodeSetup(engine, node, hosts), log(node), report -> {
      rightness.report(node, report);
      journal.report(node, report);
    }));
    truth.add(NodeSetup.ownAddress(node), new Truth.Consumer(node, "own"));
    truth.add(NodeSetup.SHARED, new Truth.Consumer(node, NodeSetup.SHARED));
  }

  /** Waits until the node's Vert.x is clustered; from then on all look at its addresses. */
  void awaitReady(int node) throws InterruptedException {
    ids.put(node, nodes.get(node).awaitReady(READY));
    nodes.keySet().forEach(this::watch);
  }

  /** Starts all nodes at once and waits until each is clustered, be it alone. */
  void start() throws InterruptedException {
    all().forEach(this::launch);
    for (int node : all()) {
      awaitReady(node);
    }
  }

  /** A new address that these nodes serve. */
  String serve(String prefix, Collection<Integer> by) {
    String address = prefix + ++addresses;
    tested.add(address);
    by.forEach(node -> register(node, address));
    nodes.keySet().forEach(this::watch);
    return address;
  }

  /** A node's application asks for a consumer of an address. */
  void register(int node, String address) {
    truth.add(address, new Truth.Consumer(node, "test"));
    command(node, "register", address);
  }

  /** A node's application asks for the end of its consumer. */
  void unregister(int node, String address) {
    truth.remove(address, new Truth.Consumer(node, "test"));
    command(node, "unregister", address);
  }

  /** Ends all consumers of the addresses that were made by {@link #serve}; they are looked at no more. */
  void forgetServed() {
    Map<String, Set<Truth.Consumer>> asked = truth.snapshot();
    for (String address : tested) {
      asked.get(address).forEach(consumer -> unregister(consumer.node(), address));
      truth.forget(address);
    }
    tested.clear();
    nodes.keySet().forEach(this::watch);
  }

  /** SIGSTOP. */
  void stop(int node) {
    nodes.get(node).signal("STOP");
  }

  /** SIGCONT. */
  void cont(int node) {
    nodes.get(node).signal("CONT");
  }

  /** SIGKILL: its consumers are no more. */
  void kill(int node) throws InterruptedException {
    nodes.remove(node).kill();
    ids.remove(node);
    truth.removeNode(node);
  }

  /**
   * Ends the Hazelcast instance under a living Vert.x.
   *
   * @param how shutdown, terminate, or merge: by a merge that fails
   * @return when it was dead
   */
  long shoot(int node, String how) throws InterruptedException {
    nodes.get(node).send(new JsonObject().put("do", "shoot").put("how", how));
    return journal.awaitShot(node, READY);
  }

  /** Has a Barnacle node refresh, and waits for what it says: the number of nodes, or the failure. */
  JsonObject refresh(int node) throws InterruptedException {
    nodes.get(node).send(new JsonObject().put("do", "refresh"));
    return journal.awaitRefreshed(node, READY);
  }

  /** Waits until all living nodes are one cluster and everything is right. */
  Rightness.Verdict awaitRight(long since, Duration patience) throws InterruptedException {
    return await(List.of(nodes.keySet()), true, since, patience);
  }

  /** Waits until each group is a cluster by itself, by its nodes' view of the members; other nodes are not asked. */
  Rightness.Verdict awaitMembers(Collection<? extends Collection<Integer>> groups, long since, Duration patience)
      throws InterruptedException {
    return await(groups, false, since, patience);
  }

  @Override
  public void close() {
    nodes.values().forEach(NodeProcess::close);
    lab.close();
  }

  private Path log(int node) {
    return logs.resolve("node" + node + ".log");
  }

  private Rightness.Verdict await(
      Collection<? extends Collection<Integer>> groups, boolean complete, long since, Duration patience)
      throws InterruptedException {
    Map<Integer, Set<Integer>> sides = new HashMap<>();
    groups.forEach(group -> group.forEach(node -> sides.put(node, new HashSet<>(group))));
    rightness.expect(new Expectation(sides, ids, truth.snapshot(), complete), published(), since);
    return rightness.await(complete ? HOLD : Duration.ZERO, patience);
  }

  private List<String> published() {
    return tested.subList(Math.max(0, tested.size() - PUBLISHED), tested.size());
  }

  private void watch(int node) {
    nodes.get(node).send(new JsonObject().put("do", "watch")
        .put("addresses", new JsonArray(List.copyOf(truth.snapshot().keySet())))
        .put("fanout", new JsonArray(List.copyOf(published()))));
  }

  private void command(int node, String what, String address) {
    nodes.get(node).send(new JsonObject().put("do", what).put("address", address).put("id", "test"));
  }
}
