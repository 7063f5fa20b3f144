package io.barnacle.cluster.hazelcast.it;

import static org.awaitility.Awaitility.await;

import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.Connector;
import io.barnacle.cluster.RegistryMode;
import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.barnacle.cluster.hazelcast.Setup;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Nodes in this JVM, on loopback, each on a free port; closes all of them. */
final class TestCluster implements AutoCloseable {

  final String name = "it-" + UUID.randomUUID();
  private final List<TestNode> nodes = new ArrayList<>();
  private final RegistryMode registry;

  TestCluster() {
    this(ClusterOptions.DEFAULT_REGISTRY);
  }

  TestCluster(RegistryMode registry) {
    this.registry = registry;
  }

  /** One node. */
  static final class TestNode {
    final ListedPeers strategy;
    final BarnacleClusterManager manager;
    final Vertx vertx;

    private TestNode(ListedPeers strategy, BarnacleClusterManager manager, Vertx vertx) {
      this.strategy = strategy;
      this.manager = manager;
      this.vertx = vertx;
    }

    Connector connector() {
      return manager.connector();
    }

    Node node() {
      return connector().self().node();
    }

    int size() {
      return connector().members().size();
    }

    Future<Void> connect(TestNode other) {
      return connector().connect(other.node(), Duration.ofSeconds(10));
    }
  }

  static Setup setup(String clusterName, ListedPeers strategy, NodeOptions node) {
    return setup(new ClusterOptions().setName(clusterName).setInsecure(true), strategy, node);
  }

  private static Setup setup(ClusterOptions cluster, ListedPeers strategy, NodeOptions node) {
    // These tests are not about the gate: a node that finds nobody at its first look starts.
    return new Setup(node, cluster, strategy, new BootstrapOptions().setDeadline(Duration.ZERO));
  }

  TestNode start(Node... peers) {
    return start(name, new ListedPeers(peers), new NodeOptions());
  }

  TestNode start(String clusterName, ListedPeers strategy, NodeOptions options) {
    ClusterOptions cluster =
        new ClusterOptions().setName(clusterName).setRegistry(registry).setInsecure(true); // some listen on every address
    return start(new BarnacleClusterManager(setup(cluster, strategy, options)), strategy);
  }

  /** A node of which others are told that its event bus listens somewhere else, as behind a proxy. */
  TestNode start(EventBusOptions eventBus, Node... peers) {
    ListedPeers strategy = new ListedPeers(peers);
    BarnacleClusterManager manager = new BarnacleClusterManager(
        setup(new ClusterOptions().setName(name).setRegistry(registry), strategy, new NodeOptions()));
    return start(manager, strategy, new VertxOptions().setEventBusOptions(eventBus));
  }

  TestNode start(BarnacleClusterManager manager, ListedPeers strategy) {
    return start(manager, strategy, new VertxOptions());
  }

  private TestNode start(BarnacleClusterManager manager, ListedPeers strategy, VertxOptions options) {
    Vertx vertx = get(Vertx.builder().with(options).withClusterManager(manager).buildClustered());
    TestNode node = new TestNode(strategy, manager, vertx);
    nodes.add(node);
    return node;
  }

  void stop(TestNode node) {
    nodes.remove(node);
    get(node.vertx.close());
  }

  static void awaitSize(int size, TestNode... nodes) {
    await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5)).until(() -> {
      for (TestNode each : nodes) {
        if (each.size() != size || each.manager.getNodes().size() != size) {
          return false;
        }
      }
      return true;
    });
  }

  static <T> T get(Future<T> future) {
    try {
      return future.await(60, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("not done in 60 s", e);
    }
  }

  /**
   * The youngest first: Hazelcast asks its oldest member before it ends, and asks it once a second if that is about to end,
   * too.
   */
  @Override
  public void close() {
    for (int last = nodes.size() - 1; last >= 0; last--) {
      get(nodes.get(last).vertx.close());
    }
  }
}
