package io.barnacle.reconcile;

import io.barnacle.cluster.Connector;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.barnacle.strategy.Strategy;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The four functions of a refresh: the strategy's own where it has them, else the cluster's. */
final class Peers {

  private final Strategy strategy;
  private final Connector connector;
  private final Optional<Node> self;

  /**
   * @param connector null on a Vert.x that is not clustered by Barnacle
   * @param self this node, where there is no connector to ask; or empty
   * @throws IllegalArgumentException if there is no connector and the strategy leaves something to it
   */
  Peers(Strategy strategy, Connector connector, Optional<Node> self) {
    this.strategy = strategy;
    this.connector = connector;
    this.self = self;
    boolean complete = strategy.connectNodes().isPresent()
        && strategy.disconnectNodes().isPresent()
        && strategy.listNodes().isPresent();
    if (connector == null && !complete) {
      throw new IllegalArgumentException("this Vert.x is not clustered by Barnacle, so there is nobody to connect,"
          + " disconnect and list nodes: make it with Barnacle.clusteredVertx or with the cluster manager of"
          + " Barnacle.clusterManager, or give the strategy all of withConnectNodes, withDisconnectNodes and"
          + " withListNodes");
    }
  }

  Future<Set<Node>> discover() {
    return strategy.discoverNodes();
  }

  /** Who should be there, this node left out, named as the cluster names them. */
  Future<Set<Node>> identify(Set<Node> discovered) {
    return connector == null ? Future.succeededFuture(withoutSelf(discovered)) : connector.identify(discovered);
  }

  /** Who is connected, this node left out. */
  Future<Set<Node>> list() {
    if (strategy.listNodes().isPresent()) {
      Future<Set<Node>> own = strategy.listNodes().get().get();
      return own == null ? null : own.map(this::withoutSelf);
    }
    return Future.succeededFuture(withoutSelf(connector.members().stream().map(Member::node).toList()));
  }

  Future<Void> connect(Node node, Duration timeout) {
    return strategy.connectNodes().isPresent()
        ? strategy.connectNodes().get().apply(node)
        : connector.connect(node, timeout);
  }

  /** Whether the strategy has its own function to disconnect: then the removal policy is its own affair too. */
  boolean decidesRemovals() {
    return strategy.disconnectNodes().isPresent();
  }

  Future<Boolean> probe(Node node, Duration timeout) {
    return connector.probe(node, timeout);
  }

  Future<Void> disconnect(Node node, Duration timeout) {
    return strategy.disconnectNodes().isPresent()
        ? strategy.disconnectNodes().get().apply(node)
        : connector.disconnect(node, timeout);
  }

  private Set<Node> withoutSelf(Collection<Node> nodes) {
    Member me = connector == null ? null : connector.self();
    Set<Node> others = new HashSet<>(nodes.size() * 4 / 3 + 1);
    for (Node node : nodes) {
      if (me == null || !me.is(node)) {
        others.add(node);
      }
    }
    self.ifPresent(others::remove);
    return others;
  }
}
