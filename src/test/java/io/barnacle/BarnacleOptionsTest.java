package io.barnacle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.Healing;
import io.barnacle.cluster.RegistryMode;
import io.barnacle.control.ControlOptions;
import io.barnacle.event.EventsOptions;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.testkit.FixedNodesOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BarnacleOptionsTest {

  private static JsonObject minimal() {
    return new JsonObject().put("strategy", FixedNodesOptions.json("a@10.0.0.1:5701"));
  }

  private static List<String> faultsOf(JsonObject json) {
    return assertThrows(InvalidOptionsException.class, () -> BarnacleOptions.fromJson(json)).faults();
  }

  @Test
  void aStrategyIsEnough() {
    BarnacleOptions options = BarnacleOptions.fromJson(minimal());
    assertEquals(Duration.ofSeconds(5), options.getPollInterval());
    assertEquals(Duration.ofSeconds(10), options.getRefreshTimeout());
    assertEquals(new NodeOptions(), options.getNode());
    assertEquals(new ClusterOptions(), options.getCluster());
    assertEquals(new EventsOptions(), options.getEvents());
    assertEquals(new ControlOptions(), options.getControl());
    assertInstanceOf(FixedNodesOptions.class, options.getStrategy());
  }

  @Test
  void readsEveryKey() {
    BarnacleOptions options = BarnacleOptions.fromJson(minimal()
        .put("$schema", "./barnacle.schema.json")
        .put("name", "second")
        .put("pollIntervalMs", 200)
        .put("refreshTimeoutMs", 300)
        .put("node", new JsonObject().put("name", "app").put("host", "FD00::0:1").put("port", 0))
        .put("cluster", new JsonObject().put("name", "c").put("hazelcastConfig", "hz.xml")
            .put("registry", "partitioned"))
        .put("bootstrap", new JsonObject()
            .put("minPeers", 2).put("stableMs", 0).put("deadlineMs", 60_000).put("onTimeout", "wait"))
        .put("healing", "balanced")
        .put("events", new JsonObject().put("address", "e").put("clusterWide", true))
        .put("control", new JsonObject().put("address", "k").put("clusterWide", true)));
    BarnacleOptions same = new BarnacleOptions()
        .setName("second")
        .setPollInterval(Duration.ofMillis(200))
        .setRefreshTimeout(Duration.ofMillis(300))
        .setNode(new NodeOptions().setName("app").setHost("fd00::1").setPort(0))
        .setCluster(new ClusterOptions().setName("c").setHazelcastConfig("hz.xml")
            .setRegistry(RegistryMode.PARTITIONED))
        .setStrategy(new FixedNodesOptions(FixedNodesOptions.json("a@10.0.0.1:5701")))
        .setBootstrap(new BootstrapOptions().setMinPeers(2).setStable(Duration.ZERO)
            .setDeadline(Duration.ofMinutes(1)).setOnTimeout(BootstrapOptions.OnTimeout.WAIT))
        .setHealing(Healing.BALANCED)
        .setEvents(new EventsOptions().setAddress("e").setClusterWide(true))
        .setControl(new ControlOptions().setAddress("k").setClusterWide(true));
    assertEquals(same, options);
    assertEquals(same.hashCode(), options.hashCode());
    assertEquals(same, new BarnacleOptions(options));
    assertEquals(same, BarnacleOptions.fromJson(options.toJson()));
    assertEquals(options.toJson(), new JsonObject(options.toString()));
    assertNotEquals(same, new BarnacleOptions(options).setName("third"));
  }

  @Test
  void listsEveryFaultAtOnce() {
    JsonObject json = new JsonObject("""
        {"nmae": "x", "pollIntervalMs": 5, "refreshTimeoutMs": "10s",
         "node": {"name": "a@b", "host": "", "port": 65536, "prot": 1},
         "bootstrap": {"minPeers": -1, "stableMs": "1s", "deadlineMs": 86400001, "onTimeout": "from", "minPeer": 1},
         "healing": "quick",
         "cluster": {"name": " "}, "events": true, "control": {"clusterWide": 1},
         "strategy": {"type": "custom", "class": "io.barnacle.testkit.FixedNodesOptions",
                      "nodes": ["a@b", "c@d:1", "a@b@c"], "bort": 1}}""");
    InvalidOptionsException e = assertThrows(InvalidOptionsException.class, () -> BarnacleOptions.fromJson(json));
    assertEquals(List.of(
        "pollIntervalMs: 5 ms is not in 100 ms..86400000 ms (24 h)",
        "refreshTimeoutMs: is not a whole number",
        "node.name: \"a@b\" has a character that a basename cannot have",
        "node.host: host is empty",
        "node.port: port 65536 is not in 0..65535",
        "node.prot: is not known, did you mean \"port\"?",
        "bootstrap.minPeers: -1 peers is not in 0..1000",
        "bootstrap.stableMs: is not a whole number",
        "bootstrap.deadlineMs: a wait is 0 ms to 24 h",
        "bootstrap.onTimeout: \"from\" is not one of form, wait, fail",
        "bootstrap.minPeer: is not known, did you mean \"minPeers\"?",
        "healing: \"quick\" is not one of fast, balanced, hazelcast",
        "cluster.name: a cluster name is not blank",
        "control.clusterWide: is not true or false",
        "events: is not an object",
        "strategy.nodes[2]: \"a@b@c\" is not basename@host[:port]",
        "strategy.bort: is not known, did you mean \"port\"?",
        "nmae: is not known, did you mean \"name\"?").stream().sorted().toList(),
        e.faults().stream().sorted().toList());
    e.faults().forEach(fault -> assertTrue(e.getMessage().contains(fault)));
  }

  @Test
  void theStrategyCannotBeMissing() {
    assertEquals(List.of("strategy: is missing, give one such as {\"type\": \"local_epmd\"}"),
        faultsOf(new JsonObject()));
    assertEquals(List.of("strategy: is null; give it a value or leave it out"),
        faultsOf(new JsonObject().putNull("strategy")));
    String fault = faultsOf(new JsonObject().put("strategy", new JsonObject())).get(0);
    assertTrue(fault.matches("strategy\\.type: is missing, known are .*custom.*"), fault);
  }

  @Test
  void anUnknownStrategyTypeIsToldWithWhatIsKnown() {
    String fault = faultsOf(new JsonObject().put("strategy", new JsonObject().put("type", "costum"))).get(0);
    assertTrue(fault.startsWith("strategy.type: \"costum\" is not known, did you mean \"custom\"? known are "), fault);

  }

  @Test
  void findsAThirdPartysStrategyByTheContextClassLoader(@TempDir Path directory) throws Exception {
    withProvider(directory, ThirdParty.class.getName(), () -> {
      JsonObject json = new JsonObject().put("strategy", new JsonObject().put("type", "third_party"));
      assertInstanceOf(FixedNodesOptions.class, BarnacleOptions.fromJson(json).getStrategy());
    });
  }

  @Test
  void aBrokenProviderHarmsOnlyThoseWhoWantIt(@TempDir Path directory) throws Exception {
    withProvider(directory, "com.example.Missing\n" + Throwing.class.getName(), () -> {
      assertInstanceOf(FixedNodesOptions.class, BarnacleOptions.fromJson(minimal()).getStrategy());
      String unknown = faultsOf(new JsonObject().put("strategy", new JsonObject().put("type", "missing"))).get(0);
      assertTrue(unknown.contains("not loaded: ") && unknown.contains("com.example.Missing"), unknown);
      assertEquals(List.of("strategy: " + Throwing.class.getName()
              + " failed, which is a fault of its own: java.lang.NullPointerException: oops"),
          faultsOf(new JsonObject().put("strategy", new JsonObject().put("type", "throwing"))));
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-100000000000000S", "PT0S", "PT0.0999S", "PT24H0.001S", "PT2562047788015215H"})
  void refusesDurationsOutOfRange(Duration duration) {
    assertThrows(IllegalArgumentException.class, () -> new BarnacleOptions().setPollInterval(duration));
    assertThrows(IllegalArgumentException.class, () -> new BarnacleOptions().setRefreshTimeout(duration));
  }

  @Test
  void keepsDurationsToTheMillisecond() {
    assertEquals(Duration.ofMillis(150),
        new BarnacleOptions().setPollInterval(Duration.ofNanos(150_999_999)).getPollInterval());
  }

  @Test
  void refusesABlankName() {
    assertThrows(IllegalArgumentException.class, () -> new BarnacleOptions().setName(" "));
  }

  @Test
  void showsNoMoreThanFiftyFaults() {
    JsonObject json = minimal();
    for (int i = 0; i < 60; i++) {
      json.put("unknown" + i, i);
    }
    InvalidOptionsException e = assertThrows(InvalidOptionsException.class, () -> BarnacleOptions.fromJson(json));
    assertEquals(60, e.faults().size());
    assertEquals(51, e.getMessage().lines().count());
    assertTrue(e.getMessage().endsWith("and 10 more"), e.getMessage());
  }

  private static void withProvider(Path directory, String names, Runnable body) throws IOException {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.writeString(services.resolve("io.barnacle.strategy.StrategyProvider"), names);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      body.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** As a third party would write one. */
  public static final class ThirdParty implements io.barnacle.strategy.StrategyProvider {
    @Override
    public String type() {
      return "third_party";
    }

    @Override
    public FixedNodesOptions fromJson(JsonObject json) {
      return new FixedNodesOptions(FixedNodesOptions.json());
    }
  }

  /** As a third party should not write one. */
  public static final class Throwing implements io.barnacle.strategy.StrategyProvider {
    @Override
    public String type() {
      return "throwing";
    }

    @Override
    public FixedNodesOptions fromJson(JsonObject json) {
      throw new NullPointerException("oops");
    }
  }

  @Test
  void aCookieIsNeverShownAndItsJsonReadBack() {
    JsonObject json = new JsonObject().put("strategy", FixedNodesOptions.json()).put("cluster", new JsonObject()
        .put("cookie", "psst-psst-psst-psst").put("previousCookie", "file:/run/psst"));
    BarnacleOptions options = BarnacleOptions.fromJson(json);
    assertFalse((options + options.toJson().encode() + options.getCluster()).contains("psst-psst"), "it is shown");
    assertEquals(options, BarnacleOptions.fromJson(new JsonObject(options.toJson().encode())));
    assertEquals(options, new BarnacleOptions(options));
    InvalidOptionsException refused = assertThrows(InvalidOptionsException.class, () -> BarnacleOptions.fromJson(
        json.copy().put("cluster", new JsonObject().put("cookie", "psst-psst").put("insecure", "psst-psst"))));
    assertEquals(2, refused.faults().size());
    assertFalse(refused.getMessage().contains("psst"), refused.getMessage());
  }
}
