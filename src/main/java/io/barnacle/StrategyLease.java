package io.barnacle;

import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * A strategy to use for a while: the cluster manager's, if it was configured the same (it runs already, and some strategies
 * must not run twice in a process: {@code local_epmd} would find its own name taken), else a new one that ends with the
 * lease.
 *
 * @param release ends the lease; closes the strategy if it is the lease's own
 */
record StrategyLease(Strategy strategy, Supplier<Future<Void>> release) {

  /**
   * @param manager the cluster manager of this Vert.x, null if it is not Barnacle's
   * @param self this node, for a strategy that has to be started
   */
  static Future<StrategyLease> take(
      Vertx vertx, BarnacleClusterManager manager, BarnacleOptions options, Node self) {
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
    return own.start(new LocalNode(self, options.getCluster().getName()))
        .map(new StrategyLease(own, own::close))
        .recover(cause -> own.close().transform(closed -> Future.failedFuture(cause)));
  }
}
