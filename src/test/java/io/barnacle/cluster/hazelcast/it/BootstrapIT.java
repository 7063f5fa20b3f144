package io.barnacle.cluster.hazelcast.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.BootstrapOptions.OnTimeout;
import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.barnacle.cluster.hazelcast.Setup;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bootstrap gate with real nodes, several in this JVM. */
class BootstrapIT {

  /** How many runs a build has time for; {@code -Dbootstrap.runs=50} for all. */
  private static final int RUNS = Integer.getInteger("bootstrap.runs", 3);
  private static final int SIZE = 5;
  private static final long FLAKY_MS = 2_500;

  private final String cluster = "boot-" + UUID.randomUUID();

  private BarnacleClusterManager manager(ListedPeers strategy, BootstrapOptions bootstrap) {
    return new BarnacleClusterManager(new Setup(new NodeOptions(), new ClusterOptions().setName(cluster), strategy,
        bootstrap));
  }

  private static Future<Vertx> start(BarnacleClusterManager manager) {
    return Vertx.builder().withClusterManager(manager).buildClustered();
  }

  static IntStream runs() {
    return IntStream.rangeClosed(1, RUNS);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void fiveAtOnceWithAFlakyDiscoveryFormOneCluster(int run) {
    long seed = System.nanoTime();
    long begun = System.nanoTime();
    Random random = new Random(seed);
    Set<Node> there = ConcurrentHashMap.newKeySet();
    List<BarnacleClusterManager> managers = new ArrayList<>();
    List<Future<Vertx>> starts = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      ListedPeers strategy = new ListedPeers();
      strategy.onStart = () -> there.add(strategy.started.get(strategy.started.size() - 1).node());
      strategy.answer = () -> flaky(there, begun, random);
      managers.add(manager(strategy, new BootstrapOptions()));
    }
    managers.forEach(each -> starts.add(start(each)));
    try {
      List<Vertx> all = starts.stream().map(TestCluster::get).toList();
      await("run " + run + ", seed " + seed).atMost(Duration.ofSeconds(5)).until(() -> {
        Set<Set<String>> views = new HashSet<>();
        managers.forEach(each -> views.add(Set.copyOf(each.getNodes())));
        return views.size() == 1 && views.iterator().next().size() == SIZE;
      });
      System.out.println("run " + run + ": one cluster of " + all.size() + " after "
          + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + " ms, seed " + seed);
    } finally {
      TestCluster.get(Future.join(starts.stream().map(each -> each.compose(Vertx::close)).toList()).otherwiseEmpty());
    }
  }

  private static Future<Set<Node>> flaky(Set<Node> there, long begun, Random random) {
    boolean early = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) < FLAKY_MS;
    int dice;
    synchronized (random) {
      dice = random.nextInt(3);
    }
    if (!early || dice == 0) {
      return Future.succeededFuture(Set.copyOf(there));
    }
    return dice == 1 ? Future.failedFuture("SERVFAIL") : Future.succeededFuture(Set.of());
  }

  @Test
  void tooFewPeersFailTheStartWhereThatIsAskedFor() {
    ListedPeers strategy = new ListedPeers();
    BootstrapOptions bootstrap =
        new BootstrapOptions().setMinPeers(1).setDeadline(Duration.ofMillis(300)).setOnTimeout(OnTimeout.FAIL);
    ExecutionException failure = assertThrows(ExecutionException.class, () ->
        start(manager(strategy, bootstrap)).toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS));
    assertInstanceOf(ClusterException.BootstrapTimedOut.class, failure.getCause());
    assertEquals(1, strategy.closed.get());
  }

  /** One poses as a node that waits and comes before everybody, one says nothing at all; both are listed. */
  @Test
  void strangersDoNotDelayTheStartOfANodeWithACookie() throws Exception {
    ServerSocket poser = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    String tag = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(cluster.getBytes())).substring(0, 16);
    Thread poses = new Thread(() -> pose(poser, "BRN1 " + tag + " 00000000-0000-0000-0000-000000000000\n"), "poser");
    poses.start();
    ListedPeers strategy = new ListedPeers(
        Node.of("p", "127.0.0.1", poser.getLocalPort()), Node.of("s", "127.0.0.1", silent.getLocalPort()));
    BarnacleClusterManager node = new BarnacleClusterManager(new Setup(new NodeOptions(),
        new ClusterOptions().setName(cluster).setCookie("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), strategy,
        new BootstrapOptions().setDeadline(Duration.ofMinutes(10))));
    try {
      Vertx vertx = TestCluster.get(start(node));
      assertEquals(1, node.getNodes().size());
      TestCluster.get(vertx.close());
    } finally {
      poser.close();
      silent.close();
      poses.join(5_000);
    }
  }

  private static void pose(ServerSocket server, String line) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        socket.getOutputStream().write(line.getBytes());
        socket.getInputStream().readAllBytes();
      } catch (IOException e) {
        continue; // the caller hung up, or the test is over
      }
    }
  }

  @Test
  void leavingEndsTheWait() throws Exception {
    ListedPeers strategy = new ListedPeers();
    BarnacleClusterManager waiting = manager(
        strategy, new BootstrapOptions().setMinPeers(1).setOnTimeout(OnTimeout.WAIT));
    Future<Vertx> start = start(waiting);
    await().atMost(Duration.ofSeconds(20)).until(() -> !strategy.started.isEmpty());
    long begun = System.nanoTime();
    Future<Void> left = Future.future(waiting::leave);
    TestCluster.get(left);
    assertTrue(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) < 3_000, "not prompt");
    assertThrows(ExecutionException.class, () -> start.toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS));
  }
}
