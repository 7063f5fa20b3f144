package io.barnacle.suites;

import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.barnacle.cluster.hazelcast.Setup;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.LocalNode;
import io.barnacle.strategy.Strategy;
import io.barnacle.strategy.StrategyOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.spi.cluster.ClusterManager;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The nodes of a suite: each discovers those of this JVM that are there. */
final class SuiteNodes implements StrategyOptions {

  private static final String CLUSTER = "suite-" + UUID.randomUUID();
  private static final Set<Node> RUNNING = ConcurrentHashMap.newKeySet();

  private SuiteNodes() {
  }

  static ClusterManager clusterManager() {
    return new BarnacleClusterManager(
        new Setup(new NodeOptions(), new ClusterOptions().setName(CLUSTER), new SuiteNodes()));
  }

  @Override
  public String type() {
    return "suite";
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
      private Node self;

      @Override
      public Future<Set<Node>> discoverNodes() {
        return Future.succeededFuture(Set.copyOf(RUNNING));
      }

      @Override
      public Future<Void> start(LocalNode local) {
        self = local.node();
        RUNNING.add(self);
        return Future.succeededFuture();
      }

      @Override
      public Future<Void> close() {
        RUNNING.remove(self);
        return Future.succeededFuture();
      }
    };
  }

  @Override
  public JsonObject toJson() {
    return new JsonObject().put("type", type());
  }
}
