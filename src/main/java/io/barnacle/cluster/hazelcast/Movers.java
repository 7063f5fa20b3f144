package io.barnacle.cluster.hazelcast;

import io.barnacle.node.Member;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Those who move with this node into another cluster: Hazelcast moves each by itself, and who arrives first would see the others
 * leave and come back. They count as members until they have come, or for {@value #COMING_MS} ms. On the membership's context.
 */
final class Movers {

  /** How long the others may take longer than this node. */
  static final long COMING_MS = 2_000;

  /** In the order of the cluster from which they come. */
  private Map<String, Member> coming = new LinkedHashMap<>();

  /**
   * This node has arrived.
   *
   * @param members of the cluster from which it comes, by node id, itself among them
   * @return ends the wait for them; does nothing once there was another move
   */
  Runnable expect(Map<String, Member> members) {
    Map<String, Member> these = new LinkedHashMap<>(members);
    coming = these;
    return these::clear;
  }

  /** Waits for nobody any more. */
  void forget() {
    coming.clear();
  }

  /** Those that count as members and are not in the cluster yet, by node id. */
  Map<String, Member> coming() {
    return coming;
  }

  /**
   * These are in the cluster.
   *
   * @return whether one that was waited for is among them
   */
  boolean seen(Set<String> nodeIds) {
    return coming.keySet().removeAll(nodeIds);
  }
}
