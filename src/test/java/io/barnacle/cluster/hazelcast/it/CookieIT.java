package io.barnacle.cluster.hazelcast.it;

import static io.barnacle.cluster.hazelcast.it.TestCluster.awaitSize;
import static io.barnacle.cluster.hazelcast.it.TestCluster.get;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.client.impl.NoOpClientEngine;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.ClusterException;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.MembershipChange;
import io.barnacle.cluster.hazelcast.BarnacleClusterManager;
import io.barnacle.cluster.hazelcast.Setup;
import io.barnacle.cluster.hazelcast.it.TestCluster.TestNode;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.barnacle.testkit.FreePort;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who has the cookie gets in; nobody else does, and the cluster does not notice. */
class CookieIT {

  private static final String COOKIE = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
  private static final String OTHER = "00000000000000000000000000000000";
  private static final Duration SOON = Duration.ofSeconds(10);

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private TestNode start(String cookie, String previous, Node... peers) {
    return start(cookie, previous, new NodeOptions(), peers);
  }

  private TestNode start(String cookie, String previous, NodeOptions node, Node... peers) {
    ClusterOptions options = new ClusterOptions().setName(cluster.name);
    if (cookie != null) {
      options.setCookie(cookie);
    }
    if (previous != null) {
      options.setPreviousCookie(previous);
    }
    return startWith(options, node, peers);
  }

  private TestNode startWith(ClusterOptions options, NodeOptions node, Node... peers) {
    ListedPeers strategy = new ListedPeers(peers);
    return cluster.start(new BarnacleClusterManager(
        new Setup(node, options, strategy, new BootstrapOptions().setDeadline(Duration.ZERO))), strategy);
  }

  private static <T extends Throwable> T failure(Class<T> type, Future<?> future) {
    assertThrows(Exception.class, () -> get(future));
    return assertInstanceOf(type, future.cause());
  }

  private static List<MembershipChange> changes(TestNode node) {
    List<MembershipChange> changes = new CopyOnWriteArrayList<>();
    node.connector().onChange(changes::add);
    return changes;
  }

  private static SocketChannel open(TestNode to) throws IOException {
    return SocketChannel.open(new InetSocketAddress(to.node().host(), to.node().port()));
  }

  @Test
  void thoseWithTheCookieAreAClusterThatWorks() {
    TestNode a = start(COOKIE, null);
    TestNode b = start(COOKIE, null, a.node());
    TestNode c = start(COOKIE, null);
    awaitSize(2, a, b);
    get(a.connect(c));
    awaitSize(3, a, b, c);
    get(a.vertx.sharedData().<String, String>getAsyncMap("m").compose(map -> map.put("k", "v".repeat(1_000_000))));
    assertEquals(1_000_000, get(c.vertx.sharedData().<String, String>getAsyncMap("m").compose(map -> map.get("k"))).length());
    b.vertx.eventBus().consumer("there", message -> message.reply("here"));
    await().atMost(SOON).ignoreExceptions().until(() ->
        get(c.vertx.eventBus().request("there", "?")).body().equals("here"));
    assertEquals(0, a.connector().refusals());
    HazelcastInstance engine = Hazelcast.getAllHazelcastInstances().stream()
        .filter(each -> each.getCluster().getLocalMember().getAddress().getPort() == a.node().port()).findFirst().orElseThrow();
    assertInstanceOf(NoOpClientEngine.class, ((HazelcastInstanceProxy) engine).getOriginal().node.getClientEngine());
  }

  @Test
  void anotherCookieAndNoneAreRefusedAndSayWhyAndTheClusterDoesNotNotice() {
    TestNode a = start(COOKIE, null);
    TestNode b = start(COOKIE, null, a.node());
    awaitSize(2, a, b);
    List<MembershipChange> seen = changes(a);
    TestNode wrong = start(OTHER, null, a.node());
    TestNode none = start(null, null, a.node());
    assertEquals(1, wrong.size());
    assertEquals(1, none.size());
    String refused = failure(ClusterException.CookieRefused.class, wrong.connector().connect(a.node(), SOON)).getMessage();
    assertTrue(refused.startsWith("cookie refused by " + a.node() + ": "), refused);
    assertTrue(refused.contains("cluster.name"), refused);
    String needed = failure(ClusterException.CookieNeeded.class, none.connector().connect(a.node(), SOON)).getMessage();
    assertTrue(needed.startsWith(a.node() + " asks for a cookie, none configured"), needed);
    failure(ClusterException.CookieRefused.class, a.connector().connect(wrong.node(), SOON));
    String noCookie = failure(ClusterException.NotJoined.class, a.connector().connect(none.node(), SOON)).getMessage();
    assertTrue(noCookie.contains("it has no cookie"), noCookie);
    assertTrue(a.connector().refusals() >= 2, "refusals: " + a.connector().refusals());
    assertEquals(2, a.size());
    // One for the address, though there were several: the next would come in a minute.
    assertEquals(1, seen.size(), seen::toString);
    assertEquals("127.0.0.1", assertInstanceOf(MembershipChange.Refused.class, seen.get(0)).address());
  }

  @Test
  void anotherClusterNameIsRefused() {
    TestNode a = start(COOKIE, null);
    TestNode b = startWith(new ClusterOptions().setName(cluster.name + "x").setCookie(COOKIE), new NodeOptions());
    failure(ClusterException.CookieRefused.class, a.connect(b));
  }

  @Test
  void hazelcastWithoutHandshakeGetsNowhere() throws Exception {
    TestNode a = start(COOKIE, null);
    Config config = new Config().setClusterName(cluster.name).setProperty("hazelcast.logging.type", "none")
        .setProperty("hazelcast.phone.home.enabled", "false").setProperty("hazelcast.wait.seconds.before.join", "0")
        .setProperty("hazelcast.max.join.seconds", "5").setProperty("hazelcast.socket.bind.any", "false")
        .setProperty("hazelcast.local.localAddress", "127.0.0.1");
    config.getNetworkConfig().setPort(FreePort.next());
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).addMember("127.0.0.1:" + a.node().port());
    HazelcastInstance stranger = null;
    try {
      stranger = Hazelcast.newHazelcastInstance(config);
      assertEquals(1, stranger.getCluster().getMembers().size());
    } catch (IllegalStateException e) {
      assertEquals("Node failed to start!", e.getMessage()); // Hazelcast's way to say that it could not join
    } finally {
      if (stranger != null) {
        stranger.getLifecycleService().terminate();
      }
    }
    assertEquals(1, a.size());
    assertTrue(a.connector().refusals() > 0);
  }

  /** Says to a node, on a connection of its own, what the node says to it, and the other way round. */
  @Test
  void whoMirrorsANodeProvesNothingToIt() throws Exception {
    TestNode a = start(COOKIE, null);
    ServerSocket mirror = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread mirrors = new Thread(() -> mirror(mirror, a.node()), "mirror");
    mirrors.start();
    try {
      Node posing = Node.of("mirror", "127.0.0.1", mirror.getLocalPort());
      String message = failure(ClusterException.NotJoined.class, a.connector().connect(posing, SOON)).getMessage();
      assertTrue(message.contains("it is this node itself, or repeats what this node says"), message);
      assertEquals(1, a.size());
      assertTrue(a.connector().refusals() >= 1);
    } finally {
      mirror.close();
    }
    mirrors.join(SOON.toMillis());
    assertFalse(mirrors.isAlive());
  }

  private static void mirror(ServerSocket server, Node node) {
    while (!server.isClosed()) {
      try (Socket heard = server.accept(); Socket said = new Socket(node.host(), node.port())) {
        Thread back = new Thread(() -> copy(said, heard), "mirror, back");
        back.start();
        copy(heard, said);
        back.join(SOON.toMillis());
      } catch (IOException e) {
        assertTrue(server.isClosed(), e::toString);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Until either side hangs up; then the other one is hung up on, too. */
  private static void copy(Socket from, Socket to) {
    try (from; to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      assertTrue(from.isClosed(), e::toString);
    }
  }

  @Test
  void garbageIsHungUpOn() throws Exception {
    TestNode a = start(COOKIE, null);
    for (String text : List.of("GET / HTTP/1.1\r\n\r\n", "CP2", "BNC\u0001" + "x".repeat(500), "\0".repeat(100_000))) {
      try (SocketChannel channel = open(a)) {
        channel.socket().setSoTimeout(5_000);
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
        assertEnds(channel);
      }
    }
    assertEquals(4, a.connector().refusals());
    TestNode b = start(COOKIE, null, a.node());
    awaitSize(2, a, b);
  }

  /** Reads to the end, or to the reset that a close with unread bytes is. */
  private static void assertEnds(SocketChannel channel) throws IOException {
    try {
      while (channel.socket().getInputStream().read() >= 0) {
        continue;
      }
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("still open", e);
    } catch (java.net.SocketException e) {
      assertTrue(e.getMessage().contains("reset"), e.getMessage());
    }
  }

  @Test
  void aClusterGetsAnotherCookieWhileItRuns() throws Exception {
    Node[] all = {node(), node(), node()};
    TestNode[] nodes = new TestNode[3];
    for (int i = 0; i < 3; i++) {
      nodes[i] = start(OTHER, null, options(all[i]), all);
    }
    awaitSize(3, nodes);
    get(nodes[0].vertx.sharedData().<String, String>getAsyncMap("m").compose(map -> map.put("k", "v")));
    for (String previous : new String[] {OTHER, null}) {
      for (int i = 0; i < 3; i++) {
        cluster.stop(nodes[i]);
        nodes[i] = start(COOKIE, previous, options(all[i]), all);
        awaitSize(3, nodes);
        assertEquals("v", get(nodes[i].vertx.sharedData().<String, String>getAsyncMap("m").compose(map -> map.get("k"))));
      }
    }
    assertEquals(0, nodes[0].connector().refusals());
    TestNode late = start(OTHER, null, all);
    failure(ClusterException.CookieRefused.class, late.connect(nodes[0]));
  }

  private static Node node() throws IOException {
    return Node.of("n", "127.0.0.1", FreePort.next());
  }

  private static NodeOptions options(Node node) {
    return new NodeOptions().setName(node.basename()).setHost(node.host()).setPort(node.port());
  }

  @Test
  void tenThousandHalfOpenAndAThousandSlowConnectionsKeepNobodyOut() throws Exception {
    TestNode a = start(COOKIE, null);
    TestNode b = start(COOKIE, null, a.node());
    awaitSize(2, a, b);
    List<MembershipChange> seen = changes(a);
    long began = System.nanoTime();
    List<SocketChannel> open = new ArrayList<>();
    List<SocketChannel> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 10_000; i++) {
        open.add(open(a));
        awaitAccepted(a, i);
      }
      ByteBuffer hello = ByteBuffer.wrap(("BNC\u0001" + "n".repeat(30)).getBytes(StandardCharsets.ISO_8859_1));
      for (int i = 0; i < 1_000; i++) {
        SocketChannel each = open(a);
        slow.add(each);
        write(each, hello.slice(0, 1 + i % 34));
        awaitAccepted(a, 10_000 + i);
      }
      TestNode c = start(COOKIE, null, a.node());
      awaitSize(3, a, b, c);
      slow.forEach(each -> write(each, ByteBuffer.wrap(new byte[] {'B'})));
      // All are dropped in the end: for want of room, or of time.
      await().atMost(SOON).until(() -> a.connector().refusals() >= 11_000);
      long minutes = Duration.ofNanos(System.nanoTime() - began).toMinutes();
      long told = seen.stream().filter(MembershipChange.Refused.class::isInstance).count();
      assertTrue(told >= 1 && told <= minutes + 1, told + " in " + minutes + " minutes");
      assertFalse(seen.stream().anyMatch(MembershipChange.Left.class::isInstance), seen::toString);
    } finally {
      for (SocketChannel each : open) {
        each.close();
      }
      for (SocketChannel each : slow) {
        each.close();
      }
    }
  }

  /**
   * Now and then, until all so far were accepted: of those that come faster the kernel drops some, and tries again a second later.
   * Of the accepted not more than 256 stay.
   */
  private static void awaitAccepted(TestNode node, int opened) {
    if (opened % 50 == 0) {
      await().atMost(SOON).pollInterval(Duration.ofMillis(1)).until(() -> node.connector().refusals() >= opened - 256);
    }
  }

  /** What comes too late finds the connection closed. */
  private static void write(SocketChannel channel, ByteBuffer bytes) {
    try {
      channel.write(bytes);
    } catch (IOException e) {
      assertTrue(e.getMessage().contains("reset") || e.getMessage().contains("pipe"), e.getMessage());
    }
  }

  @Test
  void theCookieIsInNoLogWhateverItsLevelAndStrangersAreToldOfOnce() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler everything = new Handler() {
      private final SimpleFormatter formatter = new SimpleFormatter();

      @Override
      public void publish(LogRecord entry) {
        lines.add(formatter.format(entry));
      }

      @Override
      public void flush() {
      }

      @Override
      public void close() {
      }
    };
    everything.setLevel(Level.ALL);
    Logger root = Logger.getLogger("");
    List<Logger> loggers = List.of(Logger.getLogger("io.barnacle"), Logger.getLogger("com.hazelcast"));
    List<Level> levels = new ArrayList<>();
    loggers.forEach(each -> levels.add(each.getLevel()));
    root.addHandler(everything);
    try {
      loggers.forEach(each -> each.setLevel(Level.ALL));
      TestNode a = start(COOKIE, OTHER);
      TestNode b = start(COOKIE, null, a.node());
      awaitSize(2, a, b);
      TestNode wrong = start("1111111111111111", null, a.node());
      failure(ClusterException.CookieRefused.class, wrong.connect(a));
      for (int i = 0; i < 20; i++) {
        try (SocketChannel channel = open(a)) {
          channel.write(ByteBuffer.wrap(new byte[40]));
          assertEnds(channel);
        }
      }
      assertTrue(a.connector().refusals() >= 21);
    } finally {
      root.removeHandler(everything);
      for (int i = 0; i < loggers.size(); i++) {
        loggers.get(i).setLevel(levels.get(i));
      }
    }
    assertTrue(lines.size() > 100, "the log was not caught: " + lines.size());
    for (String secret : List.of(COOKIE, OTHER, "1111111111111111")) {
      assertFalse(lines.stream().anyMatch(line -> line.contains(secret)), "a cookie is in the log");
    }
    assertEquals(1, lines.stream().filter(line -> line.contains("Refused a connection of 127.0.0.1")).count());
  }

  @Test
  void withoutCookieANodeStaysOnLoopbackUnlessToldOtherwise() {
    for (String host : List.of("0.0.0.0", "::")) {
      Exception refused = assertThrows(Exception.class, () ->
          startWith(new ClusterOptions().setName(cluster.name), new NodeOptions().setHost(host)));
      Throwable cause = refused instanceof ClusterException ? refused : refused.getCause();
      String message = assertInstanceOf(ClusterException.EngineFailed.class, cause).getMessage();
      assertTrue(message.contains("cluster.cookie: is missing") && message.contains("cluster.insecure"), message);
    }
    TestNode insecure = startWith(
        new ClusterOptions().setName(cluster.name).setInsecure(true), new NodeOptions().setHost("0.0.0.0"));
    assertEquals(1, insecure.size());
    TestNode secure = start(COOKIE, null, new NodeOptions().setHost("0.0.0.0"));
    assertEquals(1, secure.size());
  }
}
