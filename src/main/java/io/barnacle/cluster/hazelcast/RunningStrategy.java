package io.barnacle.cluster.hazelcast;

import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyException;
import io.barnacle.strategy.StrategyOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The strategy of a node, from its start to its close, each with a deadline; may be started again after it was closed. */
final class RunningStrategy {

  private static final System.Logger LOG = System.getLogger(RunningStrategy.class.getName());

  /** Long, as it only bounds a strategy that hangs: a slow machine is no reason not to start. */
  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final ContextInternal context;
  private final StrategyOptions options;
  private volatile Strategy strategy;

  RunningStrategy(ContextInternal context, StrategyOptions options) {
    this.context = context;
    this.options = options;
  }

  /** Creates and starts it; call on the context. */
  Future<Void> start(LocalNode self) {
    Strategy created = options.create(context.owner());
    strategy = created;
    return SharedStrategy.guarded(() -> created.start(self))
        .timeout(START.toMillis(), TimeUnit.MILLISECONDS)
        .recover(e -> Future.failedFuture(e instanceof TimeoutException
            ? new StrategyException("the strategy " + options.type() + " did not start within "
                + START.toMillis() + " ms; check what it depends on", e)
            : e));
  }

  /** The strategy, to be called from anywhere. */
  Strategy shared() {
    return new SharedStrategy(strategy, context);
  }

  /** Which nodes should be there; call on the context. */
  Future<Set<Node>> discover(Duration timeout) {
    Strategy current = strategy;
    return current == null ? Future.failedFuture("the strategy is closed")
        : SharedStrategy.guarded(current::discoverNodes).timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Closes it, if there is one; for any thread. */
  Future<Void> close() {
    Strategy closing = strategy;
    strategy = null;
    if (closing == null) {
      return Future.succeededFuture();
    }
    Promise<Void> closed = Promise.promise();
    context.runOnContext(v -> SharedStrategy.guarded(closing::close).onComplete(closed));
    return closed.future().timeout(CLOSE.toMillis(), TimeUnit.MILLISECONDS).onFailure(e ->
        LOG.log(System.Logger.Level.WARNING, "The strategy did not close", e));
  }
}
