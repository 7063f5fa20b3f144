package io.barnacle.cluster.hazelcast;

import io.barnacle.node.Endpoint;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Who was removed on purpose, so that nobody comes back by the mere fact that his connections are still there. Lives on the
 * connector's context.
 *
 * <p>A member that was removed is let in again when somebody here asks for it by name. A node that was itself removed stays
 * out until its own discovery lists it again; if its discovery has never listed it, which some strategies never do, for
 * {@value #UNLISTED_MS} ms.
 */
final class Evictions {

  private static final long UNLISTED_MS = 60_000;
  private static final long REMEMBER_MS = 600_000;

  private final LongSupplier clockMs;
  private final Map<Endpoint, Long> removed = new HashMap<>();
  private boolean discoveryListsSelf;
  private boolean selfRemoved;
  private long selfRemovedMs;

  Evictions(LongSupplier clockMs) {
    this.clockMs = clockMs;
  }

  /** A member was removed. */
  void removed(Set<Endpoint> endpoints) {
    long now = clockMs.getAsLong();
    removed.values().removeIf(at -> now - at > REMEMBER_MS);
    endpoints.forEach(endpoint -> removed.put(endpoint, now));
  }

  /** This node was removed. */
  void selfRemoved() {
    selfRemoved = true;
    selfRemovedMs = clockMs.getAsLong();
  }

  /** Somebody is wanted again. */
  void welcome(Set<Endpoint> endpoints) {
    removed.keySet().removeAll(new HashSet<>(endpoints));
  }

  /** What this node's discovery says of itself. */
  void discovered(boolean listsSelf) {
    if (listsSelf) {
      discoveryListsSelf = true;
      selfRemoved = false;
    }
  }

  /** Whether this node has to stay out of the cluster that removed it. */
  boolean staysOut() {
    if (selfRemoved && !discoveryListsSelf && clockMs.getAsLong() - selfRemovedMs > UNLISTED_MS) {
      selfRemoved = false;
    }
    return selfRemoved;
  }

  /** Whether a peer that nobody asked for may become a member. */
  boolean mayCome(Endpoint peer) {
    return !staysOut() && !removed.containsKey(peer);
  }
}
