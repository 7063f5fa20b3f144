package io.barnacle.netns;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the applications asked for: the consumers that should exist, whatever the calls that asked for them said. */
final class Truth {

  /** One consumer of an address: the node that it is on, and its name there. */
  record Consumer(int node, String id) implements Comparable<Consumer> {
    @Override
    public int compareTo(Consumer other) {
      return node != other.node ? Integer.compare(node, other.node) : id.compareTo(other.id);
    }
  }

  private final Map<String, Set<Consumer>> consumers = new TreeMap<>();

  /** A node asked for a consumer. */
  synchronized void add(String address, Consumer consumer) {
    consumers.computeIfAbsent(address, none -> new TreeSet<>()).add(consumer);
  }

  /** A node asked for the end of a consumer. */
  synchronized void remove(String address, Consumer consumer) {
    consumers.get(address).remove(consumer);
  }

  /** A node is no more; its addresses remain, to be looked at. */
  synchronized void removeNode(int node) {
    consumers.values().forEach(some -> some.removeIf(consumer -> consumer.node() == node));
  }

  /** Nobody asks about an address any more. */
  synchronized void forget(String address) {
    consumers.remove(address);
  }

  /** All addresses that ever had a consumer and were not forgotten, with those that they have now. */
  synchronized Map<String, Set<Consumer>> snapshot() {
    return consumers.entrySet().stream().collect(Collectors.toMap(
        Map.Entry::getKey, entry -> Set.copyOf(entry.getValue()), (one, other) -> one, TreeMap::new));
  }
}
