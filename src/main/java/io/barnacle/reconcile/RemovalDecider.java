package io.barnacle.reconcile;

import io.barnacle.node.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which surplus members go, by policy, grace period and safety valve. Knows since when each was absent and what an operator
 * has released; asks nobody and waits for nothing.
 */
final class RemovalDecider {

  private final RemovalOptions options;
  private final Map<Node, Long> absentSince = new HashMap<>();
  private Set<Node> held = Set.of();
  private Set<Node> released = Set.of();

  /**
   * What is to be done with the surplus.
   *
   * @param remove to be removed now
   * @param kept left in peace by the policy: alive, in their grace period, or never to be removed
   * @param held to be removed, but too many at once: waiting for a release
   */
  record Decision(Set<Node> remove, Set<Node> kept, Set<Node> held) {
  }

  RemovalDecider(RemovalOptions options) {
    this.options = options;
  }

  /** Whom the policy would remove if they do not answer: those to probe. */
  Set<Node> toProbe(Set<Node> surplus) {
    return options.getPolicy() == RemovalPolicy.UNREACHABLE ? surplus : Set.of();
  }

  /**
   * Decides.
   *
   * @param surplus connected, and not listed by a discovery that found somebody
   * @param silent those of {@link #toProbe} that did not answer
   * @param size of the cluster, this node included
   * @param nowMs a clock that never jumps
   */
  Decision decide(Set<Node> surplus, Set<Node> silent, int size, long nowMs) {
    absentSince.keySet().retainAll(surplus);
    surplus.forEach(node -> absentSince.putIfAbsent(node, nowMs));
    Set<Node> candidates = new HashSet<>();
    for (Node node : surplus) {
      boolean goes = switch (options.getPolicy()) {
        case UNREACHABLE -> silent.contains(node);
        case ABSENT -> nowMs - absentSince.get(node) >= options.getGrace().toMillis();
        case NEVER -> false;
      };
      if (goes) {
        candidates.add(node);
      }
    }
    Set<Node> kept = new HashSet<>(surplus);
    kept.removeAll(candidates);
    Set<Node> waiting = new HashSet<>(candidates);
    waiting.removeAll(released);
    long limit = Math.max(1, (long) Math.floor(size * options.getMaxFraction()));
    boolean tooMany = waiting.size() > limit;
    Set<Node> remove = new HashSet<>(candidates);
    if (tooMany) {
      remove.removeAll(waiting);
    }
    held = tooMany ? Set.copyOf(waiting) : Set.of();
    released = Set.of();
    return new Decision(remove, kept, held);
  }

  /** Nobody is surplus, or nobody can tell: nothing is held any more. */
  void settle() {
    absentSince.clear();
    held = Set.of();
    released = Set.of();
  }

  /** Lets those that are held now go at the next decision, if it still comes to them; returns them. */
  Set<Node> release() {
    released = held;
    return released;
  }

  /** Who is held now. */
  Set<Node> held() {
    return held;
  }
}
