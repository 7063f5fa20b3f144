package io.barnacle.cluster.hazelcast.it;

import static io.barnacle.cluster.hazelcast.it.TestCluster.awaitSize;
import static io.barnacle.cluster.hazelcast.it.TestCluster.get;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.barnacle.cluster.hazelcast.it.TestCluster.TestNode;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Joining, leaving and joining again. */
class ClusterManagerIT {

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void discoveredPeersAreOneClusterWhenTheJoinIsDone() {
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    TestNode c = cluster.start(a.node(), b.node());
    assertEquals(3, c.manager.getNodes().size());
    awaitSize(3, a, b, c);
    assertEquals(Set.of(a.node(), b.node(), c.node()),
        a.connector().members().stream().map(member -> member.node()).collect(Collectors.toSet()));
    get(b.vertx.eventBus().consumer("hello", message -> message.reply("from b")).completion());
    assertEquals("from b", get(c.vertx.eventBus().request("hello", "x")).body());
  }

  @Test
  void aFailedEmptyOrSilentDiscoveryStartsAlone() {
    ListedPeers failing = new ListedPeers();
    failing.answer = () -> Future.failedFuture("no network");
    ListedPeers throwing = new ListedPeers();
    throwing.answer = () -> {
      throw new IllegalStateException("a bug");
    };
    ListedPeers silent = new ListedPeers();
    silent.answer = () -> Promise.<Set<Node>>promise().future();
    for (ListedPeers each : new ListedPeers[] {failing, throwing, silent, new ListedPeers()}) {
      TestNode node = cluster.start(cluster.name, each, new NodeOptions());
      assertEquals(1, node.manager.getNodes().size());
      cluster.stop(node);
    }
  }

  @Test
  void peersThatDoNotAnswerDoNotHoldUpTheJoin() throws Exception {
    TestNode a = cluster.start();
    try (ServerSocket stranger = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      TestNode b = cluster.start(a.node(), Node.of("silent", "127.0.0.1", stranger.getLocalPort()),
          Node.of("nobody", "127.0.0.1", 1));
      awaitSize(2, a, b);
    }
  }

  @Test
  void theStrategyHearsTheRealPortAndIsClosedOnce() {
    ListedPeers strategy = new ListedPeers();
    TestNode a = cluster.start(cluster.name, strategy, new NodeOptions().setName("real"));
    assertEquals(1, strategy.started.size());
    assertEquals(a.node(), strategy.started.get(0).node());
    assertEquals("real@127.0.0.1:" + a.node().port(), a.node().toString());
    assertEquals(cluster.name, strategy.started.get(0).clusterName());
    assertEquals("127.0.0.1", a.manager.clusterHost());
    cluster.stop(a);
    assertEquals(1, strategy.closed.get());
  }

  @Test
  void aTakenPortIsAClearErrorAndLeavesNothingBehind() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ListedPeers strategy = new ListedPeers();
      NodeOptions options = new NodeOptions().setPort(taken.getLocalPort());
      RuntimeException failure =
          assertThrows(RuntimeException.class, () -> cluster.start(cluster.name, strategy, options));
      assertTrue(failure.getMessage().contains("node.port: port " + taken.getLocalPort() + " on 127.0.0.1 is taken"),
          failure.getMessage());
      assertEquals(strategy.started.size(), strategy.closed.get());
    }
  }

  @Test
  void aFreePortThatIsTakenMeanwhileIsChosenAnew() throws Exception {
    ListedPeers strategy = new ListedPeers();
    ServerSocket[] thief = new ServerSocket[1];
    strategy.onStart = () -> {
      if (thief[0] == null) {
        try {
          thief[0] = new ServerSocket(strategy.started.get(0).node().port(), 1, InetAddress.getLoopbackAddress());
        } catch (java.io.IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }
    };
    try {
      TestNode a = cluster.start(cluster.name, strategy, new NodeOptions());
      assertEquals(2, strategy.started.size());
      assertEquals(1, strategy.closed.get());
      assertEquals(a.node(), strategy.started.get(1).node());
    } finally {
      thief[0].close();
    }
  }

  @Test
  void aHostThatIsNotOfThisMachineIsAClearError() {
    RuntimeException failure = assertThrows(RuntimeException.class, () ->
        cluster.start(cluster.name, new ListedPeers(), new NodeOptions().setHost("192.0.2.1")));
    assertTrue(failure.getMessage().contains("node.host: \"192.0.2.1\""), failure.getMessage());
  }

  @Test
  void leavesTwiceWithoutAJoinAndAllAtOnce() {
    BarnacleClusterManager never = new BarnacleClusterManager(
        TestCluster.setup(cluster.name, new ListedPeers(), new NodeOptions()));
    get(Future.<Void>future(never::leave));
    assertFalse(never.isActive());
    TestNode a = cluster.start();
    TestNode b = cluster.start(a.node());
    assertTrue(a.manager.isActive());
    Future<Void> first = Future.future(a.manager::leave);
    Future<Void> second = Future.future(a.manager::leave);
    Future<Void> other = Future.future(b.manager::leave);
    get(Future.all(first, second, other));
    assertFalse(a.manager.isActive());
    assertFalse(b.manager.isActive());
  }

  @Test
  void joinsAgainAfterLeaving() {
    TestNode a = cluster.start();
    ListedPeers strategy = new ListedPeers(a.node());
    BarnacleClusterManager manager =
        new BarnacleClusterManager(TestCluster.setup(cluster.name, strategy, new NodeOptions()));
    for (int round = 1; round <= 2; round++) {
      TestNode b = cluster.start(manager, strategy);
      awaitSize(2, a, b);
      cluster.stop(b);
      awaitSize(1, a);
    }
  }

  @Test
  void leavesNoThreadBehind() {
    TestNode warmUp = cluster.start();
    cluster.stop(warmUp);
    Set<String> before = threads();
    for (int round = 0; round < 3; round++) {
      TestNode node = cluster.start();
      get(node.vertx.eventBus().consumer("x", message -> message.reply("y")).completion());
      get(node.vertx.eventBus().request("x", "?"));
      get(node.vertx.sharedData().getLock("lock")).release();
      cluster.stop(node);
    }
    await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
      Set<String> left = threads();
      left.removeAll(before);
      assertEquals(Set.of(), left);
    });
  }

  @Test
  void aSetupThatFailsFailsTheJoin() {
    BarnacleClusterManager manager =
        new BarnacleClusterManager((Vertx vertx) -> Future.failedFuture("conf/barnacle.json: not there"));
    RuntimeException failure = assertThrows(RuntimeException.class, () -> cluster.start(manager, new ListedPeers()));
    assertTrue(failure.getMessage().contains("not there"), failure.getMessage());
  }

  /** Threads by name and identity, those of pools that belong to the JVM left out. */
  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(thread -> thread.getName() + "#" + thread.getId())
        .filter(name -> !name.startsWith("ForkJoinPool") && !name.startsWith("awaitility"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
