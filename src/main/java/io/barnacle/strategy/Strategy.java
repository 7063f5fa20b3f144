package io.barnacle.strategy;

import io.barnacle.node.Node;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Finds the nodes that should be in the cluster and, if it wants to, connects, disconnects and lists them itself; what it
 * leaves out the cluster manager does.
 *
 * <p>All functions are called on the event-loop context that started the strategy and must not block it. One refresh at a
 * time calls them, each under a deadline; a function that throws, returns null or a failed future, or never completes
 * costs that refresh and no more.
 */
public interface Strategy {

  /**
   * A strategy of one's own.
   *
   * @param discover asks the outside which nodes should be there
   * @return a strategy that leaves connecting, disconnecting and listing to the cluster manager, unless given by its
   *     {@code with…} methods
   */
  static FunctionStrategy of(Supplier<Future<Set<Node>>> discover) {
    return new FunctionStrategy(discover, null, null, null);
  }

  /**
   * Asks the outside which nodes should be there; this node may be among them. Nobody is disconnected for a failed or
   * empty answer.
   *
   * @return the nodes, or a failed future, best with a {@link StrategyException}, if the outside could not be asked
   */
  Future<Set<Node>> discoverNodes();

  /** How to connect one node, called once for each missing node, in parallel; empty leaves it to the cluster manager. */
  default Optional<Function<Node, Future<Void>>> connectNodes() {
    return Optional.empty();
  }

  /**
   * How to disconnect one node, called once for each surplus node, in parallel; empty leaves it to the cluster manager
   * and its removal policy. A function given here is asked for every surplus node: the decision is then its own.
   */
  default Optional<Function<Node, Future<Void>>> disconnectNodes() {
    return Optional.empty();
  }

  /** How to list the connected nodes; empty leaves it to the cluster manager. */
  default Optional<Supplier<Future<Set<Node>>>> listNodes() {
    return Optional.empty();
  }

  /**
   * Begins: tells the outside about this node, where the strategy does such a thing. Called once before the first
   * discovery. A failure fails the start of whoever uses the strategy.
   */
  default Future<Void> start(LocalNode self) {
    return Future.succeededFuture();
  }

  /** Ends: takes back what {@link #start} told, closes what it opened. Idempotent. */
  default Future<Void> close() {
    return Future.succeededFuture();
  }
}
