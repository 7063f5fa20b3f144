package io.barnacle.cluster.hazelcast.it;

import io.barnacle.node.Node;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A strategy on loopback whose answer a test can change at any time; says what was asked of it. */
final class ListedPeers implements StrategyOptions {

  final Set<Node> peers = ConcurrentHashMap.newKeySet();
  final List<LocalNode> started = new CopyOnWriteArrayList<>();
  final AtomicInteger closed = new AtomicInteger();
  volatile Supplier<Future<Set<Node>>> answer = () -> Future.succeededFuture(Set.copyOf(peers));
  volatile Runnable onStart = () -> { };
  volatile Runnable onClose = () -> { };

  ListedPeers(Node... peers) {
    this.peers.addAll(List.of(peers));
  }

  @Override
  public String type() {
    return "listed";
  }

  @Override
  public String defaultHost() {
    return "127.0.0.1";
  }

  @Override
  public int defaultPort() {
    return 0;
  }

  @Override
  public Strategy create(Vertx vertx) {
    return new Strategy() {
      @Override
      public Future<Set<Node>> discoverNodes() {
        return answer.get();
      }

      @Override
      public Future<Void> start(LocalNode self) {
        started.add(self);
        onStart.run();
        return Future.succeededFuture();
      }

      @Override
      public Future<Void> close() {
        closed.incrementAndGet();
        onClose.run();
        return Future.succeededFuture();
      }
    };
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject().put("type", type());
  }
}
