package io.barnacle.testkit;

import io.barnacle.node.Node;
import io.barnacle.strategy.FunctionStrategy;
import io.barnacle.strategy.Strategy;
import io.vertx.core.Future;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Supplier;

/** A network of sets for strategies with all four functions: what is wanted, and what is connected. */
public final class Mesh {

  public final Set<Node> wanted = new ConcurrentSkipListSet<>();
  public final Set<Node> connected = new ConcurrentSkipListSet<>();
  public volatile Supplier<Future<Set<Node>>> discover = () -> Future.succeededFuture(Set.copyOf(wanted));

  /** Wants these. */
  public Mesh wants(String... nodes) {
    wanted.clear();
    for (String node : nodes) {
      wanted.add(Node.parse(node));
    }
    return this;
  }

  /** The strategy on it. */
  public FunctionStrategy strategy() {
    return Strategy.of(() -> discover.get())
        .withConnectNodes(node -> {
          connected.add(node);
          return Future.succeededFuture();
        })
        .withDisconnectNodes(node -> {
          connected.remove(node);
          return Future.succeededFuture();
        })
        .withListNodes(() -> Future.succeededFuture(Set.copyOf(connected)));
  }
}
