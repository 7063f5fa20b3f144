package io.barnacle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.Barnacle;
import io.barnacle.BarnacleOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.DrainResult;
import io.barnacle.cluster.TlsOptions;
import io.barnacle.control.BarnacleClient;
import io.barnacle.control.ControlOptions;
import io.barnacle.node.Node;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.epmd.LocalEpmdOptions;
import io.barnacle.testkit.Await;
import io.barnacle.testkit.FreePort;
import io.barnacle.testkit.JvmProcess;
import io.barnacle.testkit.TestCa;
import io.barnacle.testkit.TestCa.Issued;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes as processes of their own, which run the real main class, configured by {@code conf/barnacle.json}. */
class NodeProcessIT {

  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration SOON = Duration.ofSeconds(5);

  private final List<JvmProcess> processes = new ArrayList<>();
  private final String cluster = "it-" + System.nanoTime();
  private int mapperPort;

  @BeforeEach
  void aPortMapperOfItsOwn() throws IOException {
    mapperPort = FreePort.next();
  }

  @AfterEach
  void endAll() {
    processes.forEach(JvmProcess::close);
  }

  @Test
  void threeAtOnceForm() throws Exception {
    List<JvmProcess> three = List.of(node("a"), node("b"), node("c"));
    for (JvmProcess node : three) {
      if (!node.awaitLine(" is up after .*", DEADLINE).group().contains("3 nodes")) {
        node.awaitLine("3 nodes", DEADLINE);
      }
    }
  }

  @Test
  void laterOnesJoinAndAKilledOneIsMissedUntilItIsBack() throws Exception {
    JvmProcess a = node("a");
    a.awaitLine(" a@127.0.0.1:\\d+ is up after .* alone$", DEADLINE);
    JvmProcess b = node("b");
    b.awaitLine(" b@127.0.0.1:\\d+ is up after .* 2 nodes, with a@127.0.0.1:\\d+$", DEADLINE);
    a.awaitLine("\\+ b@127.0.0.1:\\d+  2 nodes$", SOON);
    JvmProcess c = node("c");
    c.awaitLine("is up after .* 3 nodes, with", DEADLINE);
    b.awaitLine("\\+ c@.*  3 nodes$", SOON);

    a.kill(); // it had the port mapper, and was the oldest member
    b.awaitLine("- a@127.0.0.1:\\d+  2 nodes \\(.+\\)$", SOON);
    c.awaitLine("- a@127.0.0.1:\\d+  2 nodes \\(.+\\)$", SOON);

    JvmProcess again = node("a");
    again.awaitLine("3 nodes", DEADLINE);
    b.awaitLine("\\+ a@127.0.0.1:\\d+  3 nodes$", SOON);
    c.awaitLine("\\+ a@127.0.0.1:\\d+  3 nodes$", SOON);
  }

  /**
   * The time is the node's own, from the first line of its main to its membership, and the best of a few. Where the machine
   * is so busy that a node alone needs longer than the 2 s, that node's time is the measure.
   */
  @Test
  void oneJoinsWithinTwoSecondsOfItsJvmBeingReady() throws Exception {
    double alone = Double.parseDouble(node("a").awaitLine("is up after ([0-9.]+) s: .* alone$", DEADLINE).group(1));
    double limit = Math.max(2, 1.5 * alone);
    List<Double> took = new ArrayList<>();
    while (took.size() < 5 && took.stream().noneMatch(seconds -> seconds <= limit)) {
      JvmProcess next = node("n" + took.size());
      took.add(Double.valueOf(next.awaitLine("is up after ([0-9.]+) s: .* 2 nodes, with a@", DEADLINE).group(1)));
      next.signal("TERM");
      next.awaitExit(DEADLINE);
    }
    System.out.println("seconds from JVM to membership: alone " + alone + ", joining " + took);
    assertTrue(took.stream().anyMatch(seconds -> seconds <= limit), () -> took + ", and alone " + alone);
  }

  @Test
  void sigtermLeavesCleanly() throws Exception {
    JvmProcess a = node("a");
    a.awaitLine("alone$", DEADLINE);
    JvmProcess b = node("b");
    b.awaitLine("2 nodes", DEADLINE);
    a.awaitLine("2 nodes", DEADLINE);

    b.signal("TERM");
    assertEquals(143, b.awaitExit(Duration.ofSeconds(10)));
    assertTrue(b.lines().get(b.lines().size() - 1).endsWith(" left"), () -> String.join("\n", b.lines()));
    a.awaitLine("- b@127.0.0.1:\\d+  1 node \\(.+\\)$", SOON);
    node("b").awaitLine("2 nodes", DEADLINE); // the name is free again
  }

  @Test
  void sigtermEndsTheWaitForPeers() throws Exception {
    JvmProcess a = node("a", "BARNACLE_BOOTSTRAP_MIN_PEERS", "1", "BARNACLE_BOOTSTRAP_ON_TIMEOUT", "wait",
        "BARNACLE_BOOTSTRAP_DEADLINE_MS", "100");
    a.awaitLine("! Still waiting after .* 0 of at least 1 other nodes answer", DEADLINE);
    a.signal("TERM");
    assertEquals(143, a.awaitExit(Duration.ofSeconds(5)));
    assertTrue(a.lines().get(a.lines().size() - 1).endsWith(" left"), () -> String.join("\n", a.lines()));
    assertFalse(a.lines().stream().anyMatch(line -> line.contains("\tat ")), () -> String.join("\n", a.lines()));
    node("a").awaitLine("alone$", DEADLINE); // the name is free again
  }

  @Test
  void obeysTheEventBus() throws Exception {
    JvmProcess a = node("a", "BARNACLE_CONTROL_CLUSTER_WIDE", "true");
    Node target = Node.parse(a.awaitLine(" (a@127.0.0.1:\\d+) is up", DEADLINE).group(1));
    Vertx here = Await.await(Barnacle.clusteredVertx(new BarnacleOptions()
        .setNode(new NodeOptions().setName("here"))
        .setCluster(new ClusterOptions().setName(cluster))
        .setStrategy(new LocalEpmdOptions().setPort(mapperPort))));
    try {
      BarnacleClient remote = BarnacleClient.remote(here, new ControlOptions(), target);
      a.awaitLine("\\+ here@", DEADLINE);
      Await.await(remote.pause(SOON));
      a.awaitLine(" paused", SOON);
      assertEquals("paused", Await.await(remote.status(SOON)).mode());
      assertEquals(1, Await.await(remote.refresh(SOON)).nodes().size());
      a.awaitLine(" resumed", SOON);
      Await.await(remote.shutdown(SOON));
      a.awaitLine(" shut down", SOON);
      assertEquals(Set.of(target), Await.await(BarnacleClient.create(here).refresh(SOON)).nodes(), "still a member");
    } finally {
      Await.await(here.close());
    }
  }

  /** A peer that is stopped acknowledges nothing, and is not yet dropped when half of the drain's time is over. */
  @Test
  void aDrainEndsTheProcessAndSaysWhoDoesNotKnow() throws Exception {
    JvmProcess a = node("a", "BARNACLE_CONTROL_CLUSTER_WIDE", "true", "BARNACLE_DRAIN_TIMEOUT_MS", "2000");
    Node target = Node.parse(a.awaitLine(" (a@127.0.0.1:\\d+) is up", DEADLINE).group(1));
    JvmProcess b = node("b");
    b.awaitLine("2 nodes", DEADLINE);
    Vertx here = Await.await(Barnacle.clusteredVertx(new BarnacleOptions()
        .setNode(new NodeOptions().setName("here"))
        .setCluster(new ClusterOptions().setName(cluster))
        .setStrategy(new LocalEpmdOptions().setPort(mapperPort))));
    try {
      a.awaitLine("\\+ here@", DEADLINE);
      BarnacleClient remote = BarnacleClient.remote(here, new ControlOptions(), target);
      Await.await(remote.status(SOON));
      b.signal("STOP");
      DrainResult result = Await.await(remote.drain(SOON));
      assertEquals(Set.of("here"), names(result.acknowledged()));
      assertEquals(Set.of("b"), names(result.notAcknowledged()));
      assertTrue(result.took().toMillis() >= 1_000, result::toString);
      a.awaitLine(" left$", DEADLINE);
      assertEquals(0, a.awaitExit(DEADLINE));
    } finally {
      Await.await(here.close());
    }
  }

  private static Set<String> names(Set<Node> nodes) {
    return nodes.stream().map(Node::basename).collect(Collectors.toSet());
  }

  @Test
  void survivesEveryFaultOfAStrategy(@TempDir Path directory) throws Exception {
    int[] ports = {FreePort.next(), FreePort.next(), FreePort.next()};
    JvmProcess a = listed(directory, "a", ports, 0);
    JvmProcess b = listed(directory, "b", ports, 1);
    a.awaitLine("2 nodes", DEADLINE);
    b.awaitLine("2 nodes", DEADLINE);
    Files.createFile(directory.resolve("trigger of a"));
    for (int fault = 1; fault <= 6; fault++) {
      a.awaitLine("^fault " + fault, DEADLINE);
    }
    JvmProcess c = listed(directory, "c", ports, 2);
    c.awaitLine("3 nodes", DEADLINE);
    a.awaitLine("\\+ n@127.0.0.1:" + ports[2] + "  3 nodes$", DEADLINE);
    for (JvmProcess node : List.of(a, b)) {
      assertFalse(node.lines().stream().anyMatch(line -> line.contains(" - n@")), () -> String.join("\n", node.lines()));
    }
  }

  @Test
  void aWrongConfigurationIsOneMessageWithEveryFault(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("wrong.json"),
        "{\"strategy\": {\"type\": \"locl_epmd\"}, \"pollInterval\": 3}");
    JvmProcess node = start(Map.of(), "--config", file.toString());
    assertEquals(1, node.awaitExit(DEADLINE));
    assertEquals(3, node.lines().size(), () -> String.join("\n", node.lines()));
    assertTrue(node.lines().get(0).startsWith("barnacle: the configuration in " + file), node.lines().get(0));
    assertTrue(node.lines().get(1).contains("did you mean \"local_epmd\"?"), node.lines().get(1));
    assertTrue(node.lines().get(2).contains("did you mean \"pollIntervalMs\"?"), node.lines().get(2));
  }

  @Test
  void theEventBusHasTheCertificatesOfTheEnvironment(@TempDir Path directory) throws Exception {
    TestCa ca = new TestCa(directory, "ca");
    Issued own = ca.issue("a");
    JvmProcess a = node("a", "BARNACLE_CONTROL_CLUSTER_WIDE", "true", "BARNACLE_EVENT_BUS_TLS_CERT", own.cert(),
        "BARNACLE_EVENT_BUS_TLS_KEY", own.key(), "BARNACLE_EVENT_BUS_TLS_CA", ca.ca());
    Node target = Node.parse(a.awaitLine(" (a@127.0.0.1:\\d+) is up", DEADLINE).group(1));
    Issued ours = ca.issue("here");
    for (TlsOptions tls : new TlsOptions[] {null, new TlsOptions(ours.cert(), ours.key(), ca.ca())}) {
      Vertx here = Await.await(Barnacle.clusteredVertx(new BarnacleOptions()
          .setNode(new NodeOptions().setName("here"))
          .setCluster(new ClusterOptions().setName(cluster))
          .setStrategy(new LocalEpmdOptions().setPort(mapperPort))
          .setEventBusTls(tls)));
      try {
        a.awaitLine("\\+ here@", DEADLINE);
        BarnacleClient remote = BarnacleClient.remote(here, new ControlOptions(), target);
        if (tls == null) {
          assertThrows(ReplyException.class, () -> Await.await(remote.status(SOON)));
        } else {
          assertEquals("running", Await.await(remote.status(DEADLINE)).mode());
        }
      } finally {
        Await.await(here.close());
      }
    }
  }

  @Test
  void wrongCertificatesAreOneMessageWithEveryFault() throws Exception {
    JvmProcess node = node("a", "BARNACLE_EVENT_BUS_TLS_CERT", "no-cert.pem", "BARNACLE_EVENT_BUS_TLS_KEY", "no-key.pem",
        "BARNACLE_EVENT_BUS_TLS_CA", "no-ca.pem");
    assertEquals(1, node.awaitExit(DEADLINE));
    assertEquals(List.of("barnacle: the event bus cannot have TLS:",
        "  eventBus.tls.cert: \"no-cert.pem\": there is no such file",
        "  eventBus.tls.key: \"no-key.pem\": there is no such file",
        "  eventBus.tls.ca: \"no-ca.pem\": there is no such file"), node.lines());
  }

  @Test
  void aTakenNameSaysWhoseItIs() throws Exception {
    node("a").awaitLine(" (a@127.0.0.1:\\d+) is up", DEADLINE);
    JvmProcess second = node("a");
    assertEquals(1, second.awaitExit(DEADLINE));
    String said = String.join("\n", second.lines());
    assertTrue(said.contains("\"a\"") && said.contains("taken"), said);
    assertFalse(said.contains("\tat "), said);
  }

  @Test
  void saysOnceHowSoonItHeals() throws Exception {
    JvmProcess node = start(Map.of("BARNACLE_CLUSTER_NAME", cluster, "BARNACLE_STRATEGY_PORT",
        Integer.toString(mapperPort)), "--name", "a", "--verbose");
    node.awaitLine("alone$", DEADLINE);
    List<String> told = node.lines().stream().filter(line -> line.contains("healing is ")).toList();
    assertEquals(1, told.size(), told::toString);
    assertTrue(told.get(0).contains("silent for 3 s") && told.get(0).contains("event bus pings each 1000 ms"), told.get(0));
    assertFalse(node.lines().stream().anyMatch(line -> line.contains("EventBusOptions")), "nothing to set");
  }

  private JvmProcess node(String name, String... environment) throws IOException {
    Map<String, String> variables = new HashMap<>(Map.of(
        "BARNACLE_CLUSTER_NAME", cluster,
        "BARNACLE_STRATEGY_PORT", Integer.toString(mapperPort)));
    for (int i = 0; i < environment.length; i += 2) {
      variables.put(environment[i], environment[i + 1]);
    }
    return start(variables, "--name", name);
  }

  /** A node whose strategy, see {@link FaultyStrategyOptions}, knows all the ports. */
  private JvmProcess listed(Path directory, String file, int[] ports, int own) throws IOException {
    JsonArray nodes = new JsonArray();
    for (int port : ports) {
      nodes.add("n@127.0.0.1:" + port);
    }
    JsonObject config = new JsonObject()
        .put("pollIntervalMs", 200)
        .put("refreshTimeoutMs", 1000)
        .put("node", new JsonObject().put("name", "n").put("host", "127.0.0.1").put("port", ports[own]))
        .put("cluster", new JsonObject().put("name", cluster))
        .put("strategy", new JsonObject()
            .put("type", "custom").put("class", FaultyStrategyOptions.class.getName())
            .put("nodes", nodes).put("trigger", directory.resolve("trigger of " + file).toString()));
    Path path = Files.writeString(directory.resolve(file + ".json"), config.encode());
    return start(Map.of(), "--config", path.toString());
  }

  private JvmProcess start(Map<String, String> environment, String... args) throws IOException {
    JvmProcess process = JvmProcess.start(List.of(), environment, Main.class, args);
    processes.add(process);
    return process;
  }
}
