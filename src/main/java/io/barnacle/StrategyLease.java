package io.barnacle;

import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyException;
import io.barnacle.strategy.StrategyOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A strategy to use for a while: the cluster manager's, if it was configured the same (it runs already, and some strategies
 * must not run twice in a process: {@code local_epmd} would find its own name taken), else a new one that ends with the
 * lease.
 *
 * @param release ends the lease; closes the strategy if it is the lease's own
 */
record StrategyLease(Strategy strategy, Supplier<Future<Void>> release) {

  static final String STOPPED = "undeployed during its start";

  private static final int START_SECONDS = 20;
  private static final int CLOSE_SECONDS = 5;

  /**
   * @param manager the cluster manager of this Vert.x, null if it is not Barnacle's
   * @param self this node, for a strategy that has to be started
   * @param stopping completes when there is no more need for it: a start under way fails then
   */
  static Future<StrategyLease> take(
      Vertx vertx, BarnacleClusterManager manager, BarnacleOptions options, Node self, Future<Void> stopping) {
    if (stopping.isComplete()) {
      return Future.failedFuture(new IllegalStateException(STOPPED));
    }
    StrategyOptions wanted = options.getStrategy();
    if (manager != null && wanted.equals(manager.strategyOptions()) && manager.strategy() != null) {
      return Future.succeededFuture(new StrategyLease(manager.strategy(), Future::succeededFuture));
    }
    Strategy own;
    try {
      own = wanted.create(vertx);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
    Supplier<Future<Void>> close =
        () -> bounded(vertx, own::close, CLOSE_SECONDS, Promise.<Void>promise().future()).otherwiseEmpty();
    LocalNode node = new LocalNode(self, options.getCluster().getName());
    return bounded(vertx, () -> own.start(node), START_SECONDS, stopping)
        .map(new StrategyLease(own, close))
        .recover(cause -> close.get().transform(closed -> Future.failedFuture(cause)));
  }

  /** Calls a function that may throw, return null or never complete, until there is no more need; the future completes on the calling context. */
  private static Future<Void> bounded(
      Vertx vertx, Supplier<Future<Void>> function, int seconds, Future<Void> stopping) {
    Promise<Void> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
    stopping.onComplete(stopped -> promise.tryFail(new IllegalStateException(STOPPED)));
    try {
      function.get().timeout(seconds, TimeUnit.SECONDS).onComplete(promise::tryComplete, promise::tryFail);
    } catch (RuntimeException e) {
      promise.tryFail(new StrategyException("the strategy threw " + e, e));
    }
    return promise.future();
  }
}
