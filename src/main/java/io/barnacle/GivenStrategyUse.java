package io.barnacle;

import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One use of a strategy that several may use at the same time: the cluster manager and the verticle, or verticles with
 * different names. The first start is the strategy's start, whose outcome all share; the last close is its close. Whoever
 * starts it after that starts it anew, once the close is over.
 */
final class GivenStrategyUse implements Strategy {

  /** For how long a start waits for the close before it. */
  private static final int CLOSE_SECONDS = 5;
  /** Those in use, by identity. */
  private static final Map<Strategy, Users> IN_USE = new IdentityHashMap<>();

  /** Who uses one strategy. */
  private static final class Users {
    int count;
    Future<Void> started = Future.succeededFuture();
    Future<Void> closed = Future.succeededFuture();
  }

  private final Vertx vertx;
  private final Strategy strategy;
  private boolean using;
  private Future<Void> ended = Future.succeededFuture();

  GivenStrategyUse(Vertx vertx, Strategy strategy) {
    this.vertx = vertx;
    this.strategy = strategy;
  }

  @Override
  public Future<Void> start(LocalNode self) {
    Promise<Void> start = Promise.promise();
    Future<Void> before;
    synchronized (IN_USE) {
      Users users = IN_USE.computeIfAbsent(strategy, unused -> new Users());
      if (using) {
        return users.started;
      }
      using = true;
      if (++users.count > 1) {
        return users.started;
      }
      users.started = start.future();
      before = users.closed;
    }
    Runnable begin = () -> guarded(() -> strategy.start(self)).onComplete(start);
    if (before.isComplete()) {
      begin.run();
    } else {
      Context context = vertx.getOrCreateContext();
      before.timeout(CLOSE_SECONDS, TimeUnit.SECONDS).onComplete(over -> context.runOnContext(v -> begin.run()));
    }
    return start.future();
  }

  @Override
  public Future<Void> close() {
    Promise<Void> close = Promise.promise();
    Users users;
    synchronized (IN_USE) {
      if (!using) {
        return ended;
      }
      using = false;
      users = IN_USE.get(strategy);
      if (--users.count > 0) {
        return ended;
      }
      ended = close.future();
      users.closed = ended;
    }
    guarded(strategy::close)
        .andThen(over -> {
          synchronized (IN_USE) {
            if (users.count == 0) {
              IN_USE.remove(strategy, users);
            }
          }
        })
        .onComplete(close);
    return close.future();
  }

  @Override
  public Future<Set<Node>> discoverNodes() {
    return strategy.discoverNodes();
  }

  @Override
  public Optional<Function<Node, Future<Void>>> connectNodes() {
    return strategy.connectNodes();
  }

  @Override
  public Optional<Function<Node, Future<Void>>> disconnectNodes() {
    return strategy.disconnectNodes();
  }

  @Override
  public Optional<Supplier<Future<Set<Node>>>> listNodes() {
    return strategy.listNodes();
  }

  /** What a strategy throws, and the null that it returns, become a failed future. */
  private static Future<Void> guarded(Supplier<Future<Void>> call) {
    try {
      Future<Void> future = call.get();
      return future == null ? Future.failedFuture(new StrategyException("the strategy returned null", null)) : future;
    } catch (RuntimeException e) {
      return Future.failedFuture(new StrategyException("the strategy threw " + e, e));
    }
  }
}
