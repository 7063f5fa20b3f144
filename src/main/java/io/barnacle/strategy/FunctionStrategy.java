package io.barnacle.strategy;

import io.barnacle.node.Node;
import io.vertx.core.Future;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** A strategy of functions, made by {@link Strategy#of}; immutable, each {@code with…} returns a new one. */
public final class FunctionStrategy implements Strategy {

  private final Supplier<Future<Set<Node>>> discover;
  private final Function<Node, Future<Void>> connect;
  private final Function<Node, Future<Void>> disconnect;
  private final Supplier<Future<Set<Node>>> list;

  FunctionStrategy(
      Supplier<Future<Set<Node>>> discover,
      Function<Node, Future<Void>> connect,
      Function<Node, Future<Void>> disconnect,
      Supplier<Future<Set<Node>>> list) {
    this.discover = Objects.requireNonNull(discover, "discover");
    this.connect = connect;
    this.disconnect = disconnect;
    this.list = list;
  }

  /** With an own function that connects one node; its future says whether that node is connected. */
  public FunctionStrategy withConnectNodes(Function<Node, Future<Void>> connectNode) {
    return new FunctionStrategy(discover, Objects.requireNonNull(connectNode), disconnect, list);
  }

  /** With an own function that disconnects one node. */
  public FunctionStrategy withDisconnectNodes(Function<Node, Future<Void>> disconnectNode) {
    return new FunctionStrategy(discover, connect, Objects.requireNonNull(disconnectNode), list);
  }

  /** With an own function that lists the connected nodes; this node may be among them. */
  public FunctionStrategy withListNodes(Supplier<Future<Set<Node>>> listNodes) {
    return new FunctionStrategy(discover, connect, disconnect, Objects.requireNonNull(listNodes));
  }

  @Override
  public Future<Set<Node>> discoverNodes() {
    return discover.get();
  }

  @Override
  public Optional<Function<Node, Future<Void>>> connectNodes() {
    return Optional.ofNullable(connect);
  }

  @Override
  public Optional<Function<Node, Future<Void>>> disconnectNodes() {
    return Optional.ofNullable(disconnect);
  }

  @Override
  public Optional<Supplier<Future<Set<Node>>>> listNodes() {
    return Optional.ofNullable(list);
  }
}
