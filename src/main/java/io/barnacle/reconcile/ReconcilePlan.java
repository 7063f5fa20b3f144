package io.barnacle.reconcile;

import io.barnacle.node.Node;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a refresh is to do.
 *
 * @param connect discovered, not connected
 * @param surplus connected, not discovered; empty if nobody was discovered, for an empty answer removes no one
 */
public record ReconcilePlan(Set<Node> connect, Set<Node> surplus) {

  /** Copies the sets, in the order of the nodes: that of {@link Set#copyOf} is another one in each process. */
  public ReconcilePlan {
    connect = Collections.unmodifiableSet(new TreeSet<>(connect));
    surplus = Collections.unmodifiableSet(new TreeSet<>(surplus));
  }

  /**
   * Compares; neither set has this node in it.
   *
   * @param desired what discovery found
   * @param actual who is connected
   */
  public static ReconcilePlan between(Set<Node> desired, Set<Node> actual) {
    return new ReconcilePlan(without(desired, actual), desired.isEmpty() ? Set.of() : without(actual, desired));
  }

  private static Set<Node> without(Set<Node> nodes, Set<Node> others) {
    return nodes.stream().filter(node -> !others.contains(node)).collect(Collectors.toSet());
  }
}
