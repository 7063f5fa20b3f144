package io.barnacle.netns;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is right from some moment on.
 *
 * @param sides for each living node those that it should be in a cluster with, itself included
 * @param ids the Vert.x node ids of the living
 * @param consumers by address, all consumers that the applications asked for
 * @param complete whether everything must be right; else the members only
 */
record Expectation(
    Map<Integer, Set<Integer>> sides, Map<Integer, String> ids, Map<String, Set<Truth.Consumer>> consumers,
    boolean complete) {

  /** One question that a node asks again and again. */
  record Check(int node, Kind kind, String address) {
    @Override
    public String toString() {
      return kind.name().toLowerCase() + (address.isEmpty() ? "" : " " + address) + " on node " + node;
    }
  }

  /** The parts of "right". */
  enum Kind { MEMBERS, ANSWERS, REGISTRATIONS, PUBLISH }

  Expectation {
    sides = Map.copyOf(sides);
    ids = Map.copyOf(ids);
    consumers = Map.copyOf(consumers);
  }

  /** Everything that must be right; {@code published} are the addresses that are published to. */
  List<Check> checks(List<String> published) {
    List<Check> checks = new ArrayList<>();
    for (int node : sides.keySet()) {
      checks.add(new Check(node, Kind.MEMBERS, ""));
      if (complete) {
        sides.get(node).stream().filter(peer -> peer != node)
            .forEach(peer -> checks.add(new Check(node, Kind.ANSWERS, NodeSetup.ownAddress(peer))));
        checks.add(new Check(node, Kind.ANSWERS, NodeSetup.SHARED));
        consumers.keySet().forEach(address -> checks.add(new Check(node, Kind.REGISTRATIONS, address)));
        published.forEach(address -> checks.add(new Check(node, Kind.PUBLISH, address)));
      }
    }
    return checks;
  }

  /** What is wrong with the members that a node sees; null if nothing is. */
  String faultInMembers(int node, List<String> seen) {
    List<String> expected = sides.get(node).stream().map(ids::get).sorted().toList();
    return expected.equals(seen.stream().sorted().toList()) ? null : "sees " + names(seen) + " of " + sides.get(node);
  }

  /** What is wrong with the registrations that a node sees, by node id; null if nothing is. */
  String faultInRegistrations(int node, String address, List<String> seen) {
    List<String> expected = reached(node, address).stream().map(consumer -> ids.get(consumer.node())).sorted().toList();
    return expected.equals(seen.stream().sorted().toList()) ? null
        : "sees them on " + names(seen) + ", not on " + names(expected);
  }

  /** What is wrong with those that a node's publish reached; null if nothing is. */
  String faultInPublish(int node, String address, List<Truth.Consumer> reached) {
    Set<Truth.Consumer> expected = reached(node, address);
    return reached.size() == expected.size() && expected.containsAll(reached) ? null
        : "reached " + new TreeSet<>(reached) + " (" + reached.size() + "), not " + new TreeSet<>(expected);
  }

  private Set<Truth.Consumer> reached(int node, String address) {
    return consumers.getOrDefault(address, Set.of()).stream()
        .filter(consumer -> sides.get(node).contains(consumer.node())).collect(Collectors.toSet());
  }

  private List<String> names(List<String> nodeIds) {
    Map<String, String> names = new TreeMap<>();
    ids.forEach((index, id) -> names.put(id, index.toString()));
    return nodeIds.stream().map(id -> names.getOrDefault(id, "gone:" + id)).sorted().toList();
  }
}
