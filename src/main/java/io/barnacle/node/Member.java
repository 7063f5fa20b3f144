package io.barnacle.node;

import java.util.Objects;
import java.util.Set;

/**
 * A process that is in the cluster now.
 *
 * @param nodeId the Vert.x node id, the same for the life of the process
 * @param node the name under which the cluster lists it
 * @param endpoints every endpoint that is known to lead to it, that of {@code node} among them: a member with an IPv4 and
 *     an IPv6 address is one member with two endpoints
 */
public record Member(String nodeId, Node node, Set<Endpoint> endpoints) {

  /** Copies the set and makes sure that it has the node's own endpoint. */
  public Member {
    Objects.requireNonNull(nodeId, "nodeId");
    Objects.requireNonNull(node, "node");
    var all = new java.util.HashSet<>(endpoints);
    all.add(node.endpoint());
    endpoints = Set.copyOf(all);
  }

  /** Whether a discovered node is this member, by any of its endpoints. */
  public boolean is(Node discovered) {
    return endpoints.contains(discovered.endpoint());
  }
}
