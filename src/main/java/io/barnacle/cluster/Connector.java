package io.barnacle.cluster;

import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Who is in the cluster, and how to change that. Calls come from an event loop and never block it; futures complete on
 * any thread, handlers are called on any thread.
 */
public interface Connector {

  /** This node, with the endpoint that it really has. */
  Member self();

  /** The members now, this node included; a snapshot that is at hand. */
  Set<Member> members();

  /**
   * Names discovered nodes as the cluster does: host names are resolved, a node that is a member already (by any of its
   * endpoints) becomes that member's own node, this node is left out. So one machine with an IPv4 and an IPv6 address, or
   * listed by name and by address, is one node here once it is a member.
   *
   * @return the nodes; one whose name cannot be resolved is kept as it is (connecting to it will say why)
   */
  Future<Set<Node>> identify(Set<Node> discovered);

  /**
   * Makes the node a member of this cluster.
   *
   * @param timeout the deadline of the whole attempt
   * @return success once it is a member; else a {@link ClusterException} that says why not
   */
  Future<Void> connect(Node node, Duration timeout);

  /**
   * Asks the node directly, past the cluster's own opinion, whether it is alive.
   *
   * @return true if it answers before the timeout; never fails
   */
  Future<Boolean> probe(Node node, Duration timeout);

  /** Removes a member from the cluster at once; succeeds if it is gone, or was not there. */
  Future<Void> disconnect(Node node, Duration timeout);

  /**
   * Subscribes to changes of membership, in the order in which they happened.
   *
   * @return ends the subscription when run
   */
  Runnable onChange(Consumer<MembershipChange> handler);

  /** How many connections of strangers were refused at the member port since this node joined. */
  default long refusals() {
    return 0;
  }
}
