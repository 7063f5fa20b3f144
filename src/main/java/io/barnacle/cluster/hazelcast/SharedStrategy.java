package io.barnacle.cluster.hazelcast;

import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A strategy that may be called from anywhere: every call is made on the context that started the real one, as strategies
 * may expect. Closing is left to the cluster manager that owns the real one.
 */
final class SharedStrategy implements Strategy {

  private final Strategy strategy;
  private final Context context;

  SharedStrategy(Strategy strategy, Context context) {
    this.strategy = strategy;
    this.context = context;
  }

  @Override
  public Future<Set<Node>> discoverNodes() {
    return onContext(strategy::discoverNodes);
  }

  @Override
  public Optional<Function<Node, Future<Void>>> connectNodes() {
    return strategy.connectNodes().map(connect -> node -> onContext(() -> connect.apply(node)));
  }

  @Override
  public Optional<Function<Node, Future<Void>>> disconnectNodes() {
    return strategy.disconnectNodes().map(disconnect -> node -> onContext(() -> disconnect.apply(node)));
  }

  @Override
  public Optional<Supplier<Future<Set<Node>>>> listNodes() {
    return strategy.listNodes().map(list -> () -> onContext(list));
  }

  /** Does nothing: it was started in the join. */
  @Override
  public Future<Void> start(LocalNode self) {
    return Future.succeededFuture();
  }

  private <T> Future<T> onContext(Supplier<Future<T>> call) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(v -> guarded(call).onComplete(promise));
    return promise.future();
  }

  /** What a strategy throws, and the null that it returns, become a failed future. */
  static <T> Future<T> guarded(Supplier<Future<T>> call) {
    try {
      Future<T> future = call.get();
      return future == null ? Future.failedFuture(new NullPointerException("the strategy returned null")) : future;
    } catch (Throwable e) {
      return Future.failedFuture(e);
    }
  }
}
