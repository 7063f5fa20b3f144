package io.barnacle.cluster.hazelcast.it;

import static io.barnacle.cluster.hazelcast.it.TestCluster.awaitSize;
import static io.barnacle.cluster.hazelcast.it.TestCluster.get;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.MembershipChange;
import io.barnacle.cluster.hazelcast.it.TestCluster.TestNode;
import io.barnacle.node.Member;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.vertx.core.Future;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connecting, probing and removing nodes of clusters that run. */
class ConnectorIT {

  /** The issue asks for two seconds between processes; one JVM with both nodes has to be faster. */
  private static final long MERGE_MS = 2_000;

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void twoThatStartedAloneMergeAtOnce() {
    TestNode a = cluster.start();
    TestNode b = cluster.start();
    assertEquals(1, a.size());
    long started = System.nanoTime();
    get(Future.all(a.connect(b), b.connect(a)));
    assertTrue(millisSince(started) < MERGE_MS, "took " + millisSince(started) + " ms");
    awaitSize(2, a, b);
  }

  @Test
  void itIsEnoughThatTheOneThatStaysKnowsTheOther() {
    oneSided(true);
  }

  @Test
  void itIsEnoughThatTheOneThatMovesKnowsTheOther() {
    oneSided(false);
  }

  /** Of two equal clusters, Hazelcast moves the one whose address sorts later as text. */
  private void oneSided(boolean stayerKnows) {
    TestNode first = cluster.start();
    TestNode second = cluster.start();
    boolean firstStays = first.node().toString().substring(first.node().toString().indexOf('@'))
        .compareTo(second.node().toString().substring(second.node().toString().indexOf('@'))) < 0;
    TestNode stayer = firstStays ? first : second;
    TestNode mover = firstStays ? second : first;
    long started = System.nanoTime();
    get(stayerKnows ? stayer.connect(mover) : mover.connect(stayer));
    assertTrue(millisSince(started) < MERGE_MS, "took " + millisSince(started) + " ms");
    awaitSize(2, first, second);
  }

  @Test
  void whoIsNotTheOldestConnectsAnotherClusterByOneOfItsYoungest() {
    TestNode a = cluster.start();
    TestNode a2 = cluster.start(a.node());
    TestNode b = cluster.start();
    TestNode b2 = cluster.start(b.node());
    TestNode b3 = cluster.start(b.node());
    awaitSize(2, a, a2);
    awaitSize(3, b, b2, b3);
    long started = System.nanoTime();
    get(a2.connect(b3));
    assertTrue(millisSince(started) < 2 * MERGE_MS, "took " + millisSince(started) + " ms");
    awaitSize(5, a, a2, b, b2, b3);
  }

  @Test
  void manyConnectsAtOnceAllSucceed() {
    List<TestNode> nodes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      nodes.add(cluster.start());
    }
    List<Future<Void>> connects = new ArrayList<>();
    for (TestNode from : nodes) {
      nodes.stream().filter(to -> to != from).forEach(to -> connects.add(from.connect(to)));
    }
    get(Future.all(connects));
    awaitSize(4, nodes.toArray(new TestNode[0]));
  }

  @Test
  void nobodyThereIsUnreachableWithTheCause() {
    TestNode a = cluster.start();
    Node nobody = Node.of("nobody", "127.0.0.1", 1);
    ClusterException.Unreachable failure = failure(
        ClusterException.Unreachable.class, a.connector().connect(nobody, Duration.ofSeconds(5)));
    assertEquals(nobody, failure.node());
    assertInstanceOf(java.net.ConnectException.class, failure.getCause());
    assertFalse(get(a.connector().probe(nobody, Duration.ofSeconds(5))));
  }

  @Test
  void aStrangersPortIsToldAsSuchAndAtOnce() throws Exception {
    TestNode a = cluster.start();
    try (ServerSocket http = answering("HTTP/1.1 400 Bad Request\r\n\r\n")) {
      Node stranger = Node.of("web", "127.0.0.1", http.getLocalPort());
      long started = System.nanoTime();
      ClusterException.NotJoined failure = failure(
          ClusterException.NotJoined.class, a.connector().connect(stranger, Duration.ofSeconds(30)));
      assertTrue(millisSince(started) < 5_000);
      assertTrue(failure.getMessage().contains("HTTP/1.1 400"), failure.getMessage());
      assertFalse(get(a.connector().probe(stranger, Duration.ofSeconds(5))));
    }
  }

  @Test
  void whoAcceptsAndSaysNothingCostsTheDeadlineAndNoMore() throws Exception {
    TestNode a = cluster.start();
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Node hung = Node.of("hung", "127.0.0.1", silent.getLocalPort());
      long started = System.nanoTime();
      ClusterException.NotJoined failure = failure(
          ClusterException.NotJoined.class, a.connector().connect(hung, Duration.ofMillis(500)));
      assertTrue(millisSince(started) >= 450 && millisSince(started) < 5_000);
      assertTrue(failure.getMessage().contains("said nothing"), failure.getMessage());
      assertFalse(get(a.connector().probe(hung, Duration.ofMillis(300))));
    }
  }

  @Test
  void anotherClustersMemberIsToldAsSuchAndMayBecomeOneOfOursLater() {
    TestNode a = cluster.start();
    int port = cluster.start("another-" + cluster.name, new ListedPeers(), new NodeOptions()).node().port();
    Node other = Node.of("other", "127.0.0.1", port);
    ClusterException.NotJoined failure = failure(
        ClusterException.NotJoined.class, a.connector().connect(other, Duration.ofSeconds(20)));
    assertTrue(failure.getMessage().contains("another cluster"), failure.getMessage());
    assertEquals(1, a.size());
    assertTrue(get(a.connector().probe(other, Duration.ofSeconds(5))));
  }

  @Test
  void theSamePortIsConnectedOnceItsClusterNameIsRight() {
    TestNode a = cluster.start();
    TestNode other = cluster.start("another-" + cluster.name, new ListedPeers(), new NodeOptions());
    Node node = other.node();
    failure(ClusterException.NotJoined.class, a.connector().connect(node, Duration.ofSeconds(20)));
    cluster.stop(other);
    TestNode renamed = cluster.start(cluster.name, new ListedPeers(), new NodeOptions().setPort(node.port()));
    get(a.connector().connect(node, Duration.ofSeconds(20)));
    awaitSize(2, a, renamed);
  }

  @Test
  void oneNodeUnderSeveralNamesIsOneMember() {
    TestNode a = cluster.start(cluster.name, new ListedPeers(), new NodeOptions().setHost("0.0.0.0"));
    TestNode b = cluster.start();
    Node byLoopback = Node.of("alias", "127.0.0.1", a.node().port());
    Node byName = Node.of("alias", "localhost", a.node().port());
    get(b.connector().connect(byLoopback, Duration.ofSeconds(20)));
    awaitSize(2, a, b);
    assertEquals(Set.of(a.node()), get(b.connector().identify(Set.of(byLoopback, a.node()))));
    // The endpoint that the member itself tells comes back with its own spelling.
    Member member = b.connector().members().stream().filter(m -> m.is(a.node())).findFirst().orElseThrow();
    assertEquals(a.node().toString(), member.node().toString());
    assertEquals(Set.of(), get(a.connector().identify(Set.of(byLoopback, byName, a.node()))));
    get(b.connector().connect(byName, Duration.ofSeconds(20)));
    assertEquals(2, b.size());
  }

  @Test
  void aNameThatCannotBeResolvedIsKeptAndItsConnectSaysWhy() {
    TestNode a = cluster.start();
    Node unknown = Node.of("who", "no-such-host.invalid", 5701);
    assertEquals(Set.of(unknown), get(a.connector().identify(Set.of(unknown))));
    failure(ClusterException.Unreachable.class, a.connector().connect(unknown, Duration.ofSeconds(10)));
  }

  @Test
  void aMemberIsRemovedByWhoeverAsksWhoeverItIs() {
    TestNode oldest = cluster.start();
    TestNode b = cluster.start(oldest.node());
    TestNode c = cluster.start(oldest.node());
    awaitSize(3, oldest, b, c);
    get(b.connector().disconnect(c.node(), Duration.ofSeconds(10)));
    awaitSize(2, oldest, b);
    get(b.connector().disconnect(oldest.node(), Duration.ofSeconds(10)));
    awaitSize(1, b);
    get(b.connector().disconnect(oldest.node(), Duration.ofSeconds(10)));
    assertThrows(IllegalArgumentException.class, () -> b.connector().disconnect(b.node(), Duration.ofSeconds(1)));
  }

  @Test
  void changesAreToldOnceInOrderAndWithAReason() {
    TestNode a = cluster.start();
    List<String> told = new CopyOnWriteArrayList<>();
    Runnable end = a.connector().onChange(change -> {
      if (change instanceof MembershipChange.Joined joined) {
        told.add("joined " + joined.member().node() + " of " + a.size());
      } else if (change instanceof MembershipChange.Left left) {
        told.add("left " + left.member().node() + " of " + a.size() + ": " + left.reason());
      }
    });
    TestNode b = cluster.start(a.node());
    Node node = b.node();
    cluster.stop(b);
    await().atMost(Duration.ofSeconds(10)).until(() -> told.size() >= 2);
    assertEquals(List.of("joined " + node + " of 2", "left " + node + " of 1: it left"), told);
    end.run();
    TestNode c = cluster.start(a.node());
    awaitSize(2, a, c);
    assertEquals(2, told.size());
  }

  @Test
  void bothSidesOfAMergeTellOfIt() {
    TestNode a = cluster.start();
    TestNode b = cluster.start();
    List<String> told = new CopyOnWriteArrayList<>();
    for (TestNode each : List.of(a, b)) {
      each.connector().onChange(change -> told.add(change.getClass().getSimpleName()));
    }
    get(a.connect(b));
    await().atMost(Duration.ofSeconds(10)).until(() -> told.size() >= 3);
    assertEquals(List.of("Joined", "Joined", "Merged"), told.stream().sorted().collect(Collectors.toList()));
  }

  private static ServerSocket answering(String text) throws java.io.IOException {
    ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(() -> {
      while (!server.isClosed()) {
        try (Socket socket = server.accept(); OutputStream out = socket.getOutputStream()) {
          out.write(text.getBytes(StandardCharsets.US_ASCII));
          out.flush();
        } catch (java.io.IOException e) {
          // A peer that hung up; or the end of the test, which ends the loop.
          continue;
        }
      }
    });
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  private static <E extends Throwable> E failure(Class<E> type, Future<?> future) {
    Throwable failure = assertThrows(Throwable.class, () -> get(future));
    return assertInstanceOf(type, failure, () -> "instead: " + failure);
  }

  private static long millisSince(long startedNanos) {
    return (System.nanoTime() - startedNanos) / 1_000_000;
  }
}
