package io.barnacle.cluster.hazelcast;

import io.barnacle.node.Endpoint;
import io.barnacle.node.Member;
import java.util.Set;

/**
 * Who this node is while it is in the cluster.
 *
 * @param self its node id, name and advertised endpoints
 * @param ownEndpoints every endpoint that leads from here to itself
 */
record Identity(Member self, Set<Endpoint> ownEndpoints) {

  Identity {
    ownEndpoints = Set.copyOf(ownEndpoints);
  }
}
