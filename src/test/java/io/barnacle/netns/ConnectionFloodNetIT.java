package io.barnacle.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.testkit.ChildProcess;
import io.barnacle.testkit.SystemRequirement;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Attackers who want 10,000 connections on which they say nothing, 1,000 on which they say a byte each second and 200 with
 * noise, and who open again whichever is closed: the cluster stays whole and works, whoever has the cookie still gets in, and what the
 * attacked process needs for it is bounded.
 */
@Tag("netns")
class ConnectionFloodNetIT {

  private static final int SILENT = 10_000;
  private static final int SLOW = 1_000;
  private static final int NOISY = 200;
  private static final Path LOGS = Path.of("target", "netns-flood");
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Pattern REFUSED = Pattern.compile("Refused a connection of (\\S+) to the member port");

  private final List<ChildProcess> attackers = new ArrayList<>();
  private NodeCluster cluster;

  @BeforeEach
  void require() {
    SystemRequirement.require(NetLab.missing().isEmpty(), NetLab.missing().orElse(""));
  }

  @AfterEach
  void close() {
    attackers.forEach(ChildProcess::close);
    if (cluster != null) {
      cluster.close();
    }
  }

  /** From thirty addresses, and from one whose connections are never complete: it does not hear the answers to its SYNs. */
  @Test
  void theMemberPort() throws Exception {
    int attacker = 4;
    cluster = new NodeCluster(Engine.BARNACLE, attacker, LOGS);
    ProcessLook before = startTwo();
    List<String> sources = IntStream.range(0, 30).mapToObj(i -> "10.66.0." + (100 + i)).toList();
    String deaf = "10.66.0.200";
    addAddresses(attacker, sources);
    addAddresses(attacker, List.of(deaf));
    Shell.run(concat(cluster.lab().on(attacker), List.of("nft", "-f", "-")), """
        table ip deaf {
          chain input {
            type filter hook input priority 0
            ip daddr %s tcp flags & (syn | ack) == (syn | ack) drop
          }
        }
        """.formatted(deaf));
    String target = cluster.lab().address(1);
    try (ProcessWatch watch = new ProcessWatch(cluster.process(1).pid())) {
      long began = System.nanoTime();
      attack(attacker, target, NodeSetup.PORT, List.of(SILENT, 0, 0), Flood.toMember(), List.of(deaf));
      attack(attacker, target, NodeSetup.PORT, List.of(SILENT, SLOW, NOISY), Flood.toMember(), sources);
      awaitBegun();
      joinAndAssertWhole(began);
      // 256 that have not shown a cookie, and as many that are on their way in or out
      assertBounded(before, watch.most(), 2 * 256);
      assertToldOncePerMinute(began, new HashSet<>(sources));
    }
    assertGone(before);
  }

  /** From the same machine, as others do not reach it. */
  @Test
  void thePortMapper() throws Exception {
    cluster = NodeCluster.onOneMachine(3, LOGS);
    ProcessLook before = startTwo();
    try (ProcessWatch watch = new ProcessWatch(cluster.process(1).pid())) {
      long began = System.nanoTime();
      attack(1, NodeSetup.LOOPBACK, NodeSetup.MAPPER, List.of(SILENT, SLOW, NOISY), Flood.toMapper(), List.of(NodeSetup.LOOPBACK));
      awaitBegun();
      JsonObject refreshed = cluster.refresh(2);
      assertEquals(1, refreshed.getInteger("nodes"), refreshed::encode);
      assertEquals("76 01", register("n1"), "the name of a living node");
      assertEquals("76 00", register("x1"), "a name that is free");
      joinAndAssertWhole(began);
      refreshed = cluster.refresh(2);
      assertEquals(2, refreshed.getInteger("nodes"), refreshed::encode);
      assertBounded(before, watch.most(), 2 * 256);
    }
    assertGone(before);
  }

  /** What the port mapper answers to who wants a name of two letters: 76 for that it answers this, and 00 for yes. */
  private String register(String name) {
    String request = "\\x00\\x0f\\x78\\x16\\x45\\x48\\x00\\x00\\x06\\x00\\x05\\x00\\x02" + name + "\\x00\\x00";
    return Shell.run(concat(cluster.lab().on(1), List.of("bash", "-c", "exec 3<>/dev/tcp/" + NodeSetup.LOOPBACK + "/"
        + NodeSetup.MAPPER + " && printf '" + request + "' >&3 && head -c 2 <&3 | od -An -tx1")), "").strip();
  }

  /** Node 1 is there first: it is the oldest member, and serves as port mapper. */
  private ProcessLook startTwo() throws Exception {
    cluster.launch(1);
    cluster.awaitReady(1);
    cluster.launch(2);
    cluster.awaitReady(2);
    Rightness.Verdict whole = cluster.awaitRight(System.nanoTime(), SOON);
    assertTrue(whole.isRight(), whole::toString);
    cluster.journal().mark(System.nanoTime());
    return ProcessLook.at(cluster.process(1).pid());
  }

  /** @param counts how many connections are silent, slow, noisy */
  private void attack(int machine, String host, int port, List<Integer> counts, String words, List<String> sources)
      throws Exception {
    List<String> command = new ArrayList<>(cluster.lab().on(machine));
    command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.net.preferIPv4Stack=true", "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), Flood.class.getName(),
        host, Integer.toString(port), counts.get(0).toString(), counts.get(1).toString(), words, counts.get(2).toString()));
    command.addAll(sources);
    attackers.add(ChildProcess.start(Map.of(), command));
  }

  /** Waits until all connections were opened once. */
  private void awaitBegun() throws InterruptedException {
    for (ChildProcess attacker : attackers) {
      attacker.awaitLine("^begun", SOON);
    }
  }

  private void joinAndAssertWhole(long began) throws Exception {
    cluster.launch(3);
    cluster.awaitReady(3);
    Rightness.Verdict whole = cluster.awaitRight(System.nanoTime(), SOON);
    assertTrue(whole.isRight(), whole::toString);
    for (ChildProcess attacker : attackers) {
      assertTrue(attacker.isAlive(), () -> String.join("\n", attacker.lines()));
    }
    assertNobodyWasLost();
    for (int node : List.of(1, 2)) {
      Set<String> served = Set.of(NodeSetup.ownAddress(3 - node), NodeSetup.SHARED);
      List<Journal.FailedRequest> failed = cluster.journal().failures().stream()
          .filter(each -> each.node() == node && served.contains(each.address())).toList();
      assertEquals(List.of(), failed, "requests between those that were there");
    }
    System.out.println("after " + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms: "
        + attackers.stream().map(each -> each.lines().get(each.lines().size() - 1)).toList());
  }

  /** Every view has all that the one before it had. */
  private void assertNobodyWasLost() {
    Map<Integer, Set<String>> seen = new HashMap<>(Map.of(
        1, Set.of(cluster.id(1), cluster.id(2)), 2, Set.of(cluster.id(1), cluster.id(2))));
    for (Journal.ViewChange change : cluster.journal().changes()) {
      Set<String> earlier = seen.put(change.node(), change.members());
      assertTrue(earlier == null || change.members().containsAll(earlier), change::toString);
    }
  }

  private static void assertBounded(ProcessLook before, ProcessLook most, int connections) {
    System.out.println("before " + before + ", at most " + most);
    assertTrue(most.files() <= before.files() + connections, () -> "before " + before + ", at most " + most);
    assertTrue(most.threads() <= before.threads() + 20, () -> "before " + before + ", at most " + most);
    assertTrue(most.memory() <= 2 * before.memory(), () -> "before " + before + ", at most " + most);
  }

  /** Each attacker has one line in a minute. */
  private static void assertToldOncePerMinute(long began, Set<String> sources) throws IOException {
    Map<String, Integer> lines = new HashMap<>();
    Matcher matcher = REFUSED.matcher(Files.readString(LOGS.resolve("node1.log")));
    while (matcher.find()) {
      lines.merge(matcher.group(1), 1, Integer::sum);
    }
    long minutes = Duration.ofNanos(System.nanoTime() - began).toMinutes();
    assertEquals(sources, lines.keySet());
    assertTrue(lines.values().stream().allMatch(count -> count <= minutes + 1), lines::toString);
  }

  /** What is left is what a third node needs. */
  private void assertGone(ProcessLook before) {
    attackers.forEach(ChildProcess::close);
    Awaitility.await().atMost(SOON).until(
        () -> ProcessLook.at(cluster.process(1).pid()), look -> look.files() <= before.files() + 20);
  }

  private void addAddresses(int node, List<String> addresses) {
    for (String address : addresses) {
      Shell.run(concat(cluster.lab().on(node), List.of("ip", "address", "add", address + "/24", "dev", "eth0")), "");
    }
  }

  private static List<String> concat(List<String> some, List<String> others) {
    List<String> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }
}
