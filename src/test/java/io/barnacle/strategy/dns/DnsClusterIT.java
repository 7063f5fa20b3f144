package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.event.BarnacleEvent.NodeLost;
import io.barnacle.event.BarnacleEvent.NodeUnreachable;
import io.barnacle.event.BarnacleEvent.RefreshFailed;
import io.barnacle.event.BarnacleEvent.Refreshed;
import io.barnacle.testkit.BindServer;
import io.barnacle.testkit.DnsServerProcess;
import io.barnacle.testkit.FreePort;
import io.barnacle.testkit.SystemRequirement;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clusters of separate processes that know each other from a real DNS server and from nowhere else. */
@Tag("dns")
@Timeout(600)
class DnsClusterIT {

  private static final Duration DEADLINE = Duration.ofSeconds(90);
  private static final Duration OUTAGE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration DNS_TIMEOUT = Duration.ofSeconds(2);
  private static final int POLLS = 4;

  /** Names that exist and have no address: looking them up finds nobody, and is no failure. */
  private static final List<String> NOBODY = List.of("app.test. 60 TXT nobody", "quiet.test. 60 TXT nobody");

  private final List<DnsNodeProcess> nodes = new ArrayList<>();
  private final String cluster = "dns-" + System.nanoTime();
  private DnsServerProcess dns;
  private int port;
  private Path hosts;

  /** Whoever asks the JVM in place of the DNS servers is told lies. */
  @BeforeEach
  void misleadTheJvm(@TempDir Path directory) throws IOException {
    hosts = Files.writeString(directory.resolve("hosts"),
        "127.0.0.99 app.test quiet.test here.test\n127.0.0.99 app.test. quiet.test. here.test.\n");
  }

  @AfterEach
  void theJvmWasNotAsked() {
    for (DnsNodeProcess node : nodes) {
      Set<String> names = node.cachedByTheJvm();
      System.out.println("in the JVM's cache: " + names);
      assertTrue(names.stream().noneMatch(name -> name.contains("test")), names::toString);
    }
  }

  @AfterEach
  void end() throws IOException {
    nodes.forEach(DnsNodeProcess::close);
    if (dns != null) {
      dns.close();
    }
  }

  @Test
  void nodesJoinAndLeaveByTheZone() throws Exception {
    serve(zone());
    DnsNodeProcess a = node(2, "app.test.");
    DnsNodeProcess b = node(3, "app.test.");
    awaitPolls(Map.of(a, Set.of(), b, Set.of()));

    dns.updateZone(zone(2, 3));
    awaitOthers(a, 3);
    awaitOthers(b, 2);

    // It looks where nobody is, so it finds no one itself and stays out until the others find it in their zone.
    DnsNodeProcess c = node(4, "quiet.test.");
    awaitPolls(Map.of(c, Set.of()));
    assertEquals(named(3), a.others());
    assertEquals(named(2), b.others());
    dns.updateZone(zone(2, 3, 4));
    awaitOthers(a, 3, 4);
    awaitOthers(b, 2, 4);
    awaitOthers(c, 2, 3);

    // Not listed and alive: stays, as DNS may forget someone. Not listed and stopped, while its connections stay open,
    // so that nothing but the zone and its silence speak against it: evicted, sooner than Hazelcast would.
    dns.updateZone(zone(2, 3));
    awaitPolls(Map.of(a, named(3, 4), b, named(2, 4)));
    assertLost(0, a, b, c);
    c.signal("STOP");
    await(() -> hasEvicted(a, named(4)) || hasEvicted(b, named(4)), "evicts");
    awaitOthers(a, 3);
    awaitOthers(b, 2);

    c.close();
    dns.updateZone(zone(2));
    b.close();
    awaitOthers(a);
    awaitPolls(Map.of(a, Set.of()));
    assertLost(2, a);
  }

  @Test
  void aMinuteWithoutDnsCostsNoMember() throws Exception {
    serve(zone(2, 3, 4));
    DnsNodeProcess a = node(2, "app.test.");
    DnsNodeProcess b = node(3, "app.test.");
    DnsNodeProcess c = node(4, "app.test.");
    List<DnsNodeProcess> all = List.of(a, b, c);
    awaitPolls(Map.of(a, named(3, 4), b, named(2, 4), c, named(2, 3)));

    List<Integer> marks = all.stream().map(DnsNodeProcess::mark).toList();
    dns.suspend();
    Awaitility.await("nobody lost").pollInterval(Duration.ofMillis(500)).during(OUTAGE).atMost(OUTAGE.multipliedBy(2))
        .failFast("a member was lost", () -> all.stream()
            .anyMatch(node -> !node.isAlive() || !node.events(NodeLost.class, marks.get(all.indexOf(node))).isEmpty()))
        .until(() -> true);
    List<Integer> outageEnds = all.stream().map(DnsNodeProcess::mark).toList();
    Instant resumed = Instant.now();
    dns.resume();

    for (int i = 0; i < all.size(); i++) {
      DnsNodeProcess node = all.get(i);
      int end = outageEnds.get(i);
      await(() -> !node.events(Refreshed.class, end).isEmpty(), "recovers");
      Refreshed first = node.events(Refreshed.class, end).get(0);
      Duration took = Duration.between(resumed, first.origin().at());
      System.out.println("DNS answers again: noticed after " + took.toMillis() + " ms");
      assertTrue(took.compareTo(POLL.plus(DNS_TIMEOUT)) <= 0, () -> "noticed after " + took + "\n" + node.output());
      assertEquals(2, first.nodes().size(), () -> "members after the outage: " + first);

      List<RefreshFailed> failures = node.events(RefreshFailed.class, marks.get(i));
      assertEquals(1, failures.size(), () -> "told once: " + failures);
      assertEquals(DnsServersDownException.class.getSimpleName(), failures.get(0).cause());
      assertTrue(failures.get(0).origin().at().isBefore(resumed), () -> "told during the outage: " + failures);
      int tries = failedTries(node);
      System.out.println("polls in vain: " + tries);
      assertTrue(tries >= 10, () -> tries + " polls during the outage\n" + node.output());
    }
    awaitPolls(Map.of(a, named(3, 4), b, named(2, 4), c, named(2, 3)));
    for (int i = 0; i < all.size(); i++) {
      assertEquals(1, all.get(i).events(RefreshFailed.class, marks.get(i)).size(), "none after the outage");
    }
    assertLost(0, a, b, c);
  }

  @Test
  void aNodeWithBothFamiliesIsOneNode() throws Exception {
    requireIpv6();
    int[] ports = {FreePort.next(), FreePort.next()};
    serve("app.test. 60 SRV 0 0 " + ports[0] + " here.test.", "app.test. 60 SRV 0 0 " + ports[1] + " here.test.",
        "here.test. 60 A 127.0.0.1", "here.test. 60 AAAA ::1");
    List<DnsNodeProcess> both = new ArrayList<>();
    for (int each : ports) {
      // No host: it listens on every address, and is listed under two that it does not advertise.
      both.add(start(new JsonObject().put("name", "app").put("port", each), "app.test.", new JsonObject()
          .put("records", "srv")));
    }
    for (int i = 0; i < 2; i++) {
      DnsNodeProcess node = both.get(i);
      String other = ":" + ports[1 - i];
      await(() -> node.others().size() == 1 && node.others().iterator().next().endsWith(other), "finds the other");
    }
    assertStayQuiet(both);
    both.forEach(node -> assertEquals(List.of(), node.events(NodeLost.class, 0)));
  }

  @Test
  void aNodeThatListensOnOneOfItsFamiliesIsNoStrangerAtTheOther() throws Exception {
    requireIpv6();
    serve("app.test. 60 A 127.0.0.2", "app.test. 60 A 127.0.0.3", "app.test. 60 AAAA ::1");
    while (!isFree("::1", port)) {
      port = freeOnAll(2, 3);
    }
    List<DnsNodeProcess> both = List.of(node(2, "app.test."), node(3, "app.test."));
    awaitOthers(both.get(0), 3);
    awaitOthers(both.get(1), 2);
    assertStayQuiet(both);

    // Somebody who does listen there is a node of its own, and is missed when it is gone.
    DnsNodeProcess third = start(new JsonObject().put("name", "app").put("host", "::1"), "app.test.",
        new JsonObject().put("port", port));
    String name = "app@[::1]:" + port;
    for (DnsNodeProcess node : both) {
      await(() -> node.others().size() == 2 && node.others().contains(name), "is with " + name);
    }
    List<Integer> marks = both.stream().map(DnsNodeProcess::mark).toList();
    third.close();
    for (int i = 0; i < both.size(); i++) {
      DnsNodeProcess node = both.get(i);
      int mark = marks.get(i);
      await(() -> !node.events(NodeLost.class, mark).isEmpty(), "loses it");
      await(() -> !node.events(NodeUnreachable.class, mark).isEmpty(), "misses it");
      assertEquals(name, node.events(NodeUnreachable.class, mark).get(0).peer().toString());
    }
  }

  /** They come to know each other, and from then on several polls of each take no alias for a stranger. */
  private void assertStayQuiet(List<DnsNodeProcess> both) {
    both.forEach(node ->
        await(() -> node.events(Refreshed.class, 0).stream().anyMatch(DnsClusterIT::isQuiet), "is content"));
    List<Integer> content = both.stream().map(DnsNodeProcess::mark).toList();
    for (int i = 0; i < both.size(); i++) {
      DnsNodeProcess node = both.get(i);
      int from = content.get(i);
      await(() -> node.events(Refreshed.class, from).size() >= POLLS, "polls on");
      List<Refreshed> polls = node.events(Refreshed.class, from);
      assertTrue(polls.stream().allMatch(DnsClusterIT::isQuiet), () -> "an alias is a stranger: " + polls);
      assertEquals(List.of(), node.events(NodeUnreachable.class, from));
    }
  }

  /** One other member, and nothing to do. */
  private static boolean isQuiet(Refreshed refreshed) {
    return refreshed.nodes().size() == 1 && refreshed.connected().isEmpty() && refreshed.failed().isEmpty();
  }

  private void serve(String... records) throws Exception {
    dns = new BindServer();
    dns.start(records);
    port = freeOnAll(2, 3, 4);
  }

  /** The zone in which {@code app.test} has the addresses 127.0.0.x. */
  private static String[] zone(int... hosts) {
    List<String> records = new ArrayList<>(NOBODY);
    Arrays.stream(hosts).forEach(host -> records.add("app.test. 60 A 127.0.0." + host));
    return records.toArray(String[]::new);
  }

  private Set<String> named(int... hosts) {
    Set<String> names = new TreeSet<>();
    Arrays.stream(hosts).forEach(host -> names.add("app@127.0.0." + host + ":" + port));
    return names;
  }

  private DnsNodeProcess node(int host, String hostname) throws IOException {
    return start(new JsonObject().put("name", "app").put("host", "127.0.0." + host), hostname,
        new JsonObject().put("port", port));
  }

  private DnsNodeProcess start(JsonObject node, String hostname, JsonObject strategy) throws IOException {
    JsonObject config = new JsonObject()
        .put("pollIntervalMs", POLL.toMillis())
        .put("node", node)
        .put("healing", "hazelcast") // what evicts here is the refresh, not the failure detection of the engine
        // One of the nodes listens on every address.
        .put("cluster", new JsonObject().put("name", cluster).put("insecure", true))
        .put("strategy", strategy.copy()
            .put("type", "dns")
            .put("basename", "app")
            .put("hostname", hostname)
            .put("timeoutMs", DNS_TIMEOUT.toMillis())
            .put("servers", new JsonArray().add(dns.address())));
    DnsNodeProcess process = new DnsNodeProcess(config, hosts);
    nodes.add(process);
    return process;
  }

  private void awaitOthers(DnsNodeProcess node, int... hosts) {
    Set<String> expected = named(hosts);
    await(() -> node.others().equals(expected), "is with " + expected);
  }

  /** Waits until several polls of each from now on have seen exactly these connected, one after the other. */
  private void awaitPolls(Map<DnsNodeProcess, Set<String>> expected) {
    Map<DnsNodeProcess, Integer> from = new HashMap<>();
    expected.keySet().forEach(node -> from.put(node, node.mark()));
    expected.forEach((node, others) -> await(() -> {
      List<Refreshed> polls = node.events(Refreshed.class, from.get(node));
      return polls.size() >= POLLS && polls.subList(polls.size() - POLLS, polls.size()).stream().allMatch(
          poll -> others.equals(new TreeSet<>(poll.nodes().stream().map(Object::toString).toList())));
    }, POLLS + " polls with " + others));
  }

  private static boolean hasEvicted(DnsNodeProcess node, Set<String> expected) {
    return node.events(Refreshed.class, 0).stream().anyMatch(poll ->
        expected.equals(new TreeSet<>(poll.disconnected().stream().map(Object::toString).toList())));
  }

  private void await(Callable<Boolean> condition, String what) {
    try {
      Awaitility.await(what).atMost(DEADLINE).pollInterval(Duration.ofMillis(50)).until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("not within " + DEADLINE + ": " + what + "; the processes said\n"
          + String.join("\n----\n", nodes.stream().map(DnsNodeProcess::output).toList()), e);
    }
  }

  private static void assertLost(int count, DnsNodeProcess... processes) {
    for (DnsNodeProcess each : processes) {
      List<NodeLost> lost = each.events(NodeLost.class, 0);
      assertEquals(count, lost.size(), lost::toString);
    }
  }

  /** How many refreshes failed in a row, by the log line that ends them. */
  private static int failedTries(DnsNodeProcess node) {
    return Pattern.compile("discovery answers again after (\\d+) failed").matcher(node.output()).results()
        .mapToInt(match -> Integer.parseInt(match.group(1))).max().orElse(0);
  }

  private static void requireIpv6() {
    boolean available;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
      available = socket.isBound();
    } catch (IOException e) {
      available = false;
    }
    SystemRequirement.require(available, "the loopback interface has no IPv6 address (sysctl disable_ipv6)");
  }

  private static int freeOnAll(int... hosts) throws IOException {
    for (int attempt = 0; attempt < 50; attempt++) {
      int candidate = FreePort.next();
      if (Arrays.stream(hosts).allMatch(host -> isFree("127.0.0." + host, candidate))) {
        return candidate;
      }
    }
    throw new IOException("no port is free on all of 127.0.0." + Arrays.toString(hosts));
  }

  private static boolean isFree(String host, int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(host))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
