package io.barnacle.reconcile;

import io.barnacle.node.Node;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a refresh is to do.
 *
 * @param connect discovered, not connected
 * @param surplus connected, not discovered; empty if nobody was discovered, for an empty answer removes no one
 */
public record ReconcilePlan(Set<Node> connect, Set<Node> surplus) {

  /** Copies the sets. */
  public ReconcilePlan {
    connect = Set.copyOf(connect);
    surplus = Set.copyOf(surplus);
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
    return nodes.stream().filter(node -> !others.contains(node)).collect(Collectors.toUnmodifiableSet());
  }
}
