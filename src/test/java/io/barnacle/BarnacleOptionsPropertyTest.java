package io.barnacle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.ClusterOptions;
import io.barnacle.cluster.DrainOptions;
import io.barnacle.cluster.Healing;
import io.barnacle.cluster.TlsOptions;
import io.barnacle.control.ControlOptions;
import io.barnacle.event.EventsOptions;
import io.barnacle.node.NodeOptions;
import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.testkit.FixedNodesOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class BarnacleOptionsPropertyTest {

  @Provide
  Arbitrary<BarnacleOptions> options() {
    Arbitrary<String> text = Arbitraries.strings().ofMinLength(1).ofMaxLength(20).filter(s -> !s.isBlank());
    Arbitrary<String> host = Arbitraries.of(
        "h", "My-App.Internal.", "10.0.0.1", "::ffff:10.0.0.2", "FD00:0::1", "fe80::1%eth0");
    Arbitrary<Duration> duration =
        Arbitraries.longs().between(100_000_000L, 86_400_000_000_000L).map(Duration::ofNanos);
    Arbitrary<NodeOptions> node = Combinators.combine(
        Arbitraries.strings().alpha().numeric().withChars("_-.é").ofMinLength(1).ofMaxLength(30).injectNull(0.3),
        host.injectNull(0.3),
        Arbitraries.integers().between(0, 65535).injectNull(0.3))
        .as((name, at, port) -> new NodeOptions().setName(name).setHost(at).setPort(port));
    Arbitrary<ClusterOptions> cluster = Combinators.combine(text, text.injectNull(0.5))
        .as((name, config) -> new ClusterOptions().setName(name).setHazelcastConfig(config));
    Arbitrary<EventsOptions> events = Combinators.combine(text, Arbitraries.of(true, false))
        .as((address, wide) -> new EventsOptions().setAddress(address).setClusterWide(wide));
    Arbitrary<ControlOptions> control = Combinators.combine(text, Arbitraries.of(true, false))
        .as((address, wide) -> new ControlOptions().setAddress(address).setClusterWide(wide));
    Arbitrary<FixedNodesOptions> strategy = Arbitraries.of("a@h", "b@10.0.0.1:1", "c@[::1]:5701").list().ofMaxSize(3)
        .map(nodes -> new FixedNodesOptions(FixedNodesOptions.json(nodes.toArray(String[]::new))));
    Arbitrary<Duration> wait = Arbitraries.longs().between(0, 86_400_000_000_000L).map(Duration::ofNanos);
    Arbitrary<BootstrapOptions> bootstrap = Combinators.combine(
        Arbitraries.integers().between(0, 1000), wait, wait, Arbitraries.of(BootstrapOptions.OnTimeout.class))
        .as((peers, stable, deadline, then) -> new BootstrapOptions()
            .setMinPeers(peers).setStable(stable).setDeadline(deadline).setOnTimeout(then));
    Arbitrary<BarnacleOptions> rest = Combinators.combine(
        text.injectNull(0.3), duration, duration, node, cluster, events, control, strategy)
        .as((name, poll, refresh, who, which, told, heard, how) -> new BarnacleOptions()
            .setName(name).setPollInterval(poll).setRefreshTimeout(refresh)
            .setNode(who).setCluster(which).setEvents(told).setControl(heard).setStrategy(how));
    Arbitrary<DrainOptions> drain = Combinators.combine(wait, Arbitraries.longs().between(0, 60_000_000_000L))
        .as((timeout, quiet) -> new DrainOptions().setTimeout(timeout).setQuiet(Duration.ofNanos(quiet)));
    Arbitrary<TlsOptions> tls = Combinators.combine(text, text, text).as(TlsOptions::new);
    return Combinators.combine(rest, bootstrap, Arbitraries.of(Healing.class), drain, tls.injectNull(0.5))
        .as((all, first, how, last, secret) ->
            all.setBootstrap(first).setHealing(how).setDrain(last).setEventBusTls(secret));
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void jsonReadsBackAsWhatItWas(@ForAll("options") BarnacleOptions options) {
    BarnacleOptions read = BarnacleOptions.fromJson(new JsonObject(options.toJson().encode()));
    assertEquals(options, read);
    assertEquals(options.hashCode(), read.hashCode());
    assertEquals(options, BarnacleOptions.fromJson(options.toJson()));
    assertEquals(options, new BarnacleOptions(options));
  }

  @Provide
  Arbitrary<Map<String, Object>> objects() {
    Arbitrary<Object> leaf = Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(30), Arbitraries.integers(), Arbitraries.doubles(),
        Arbitraries.of(true, false), Arbitraries.bigIntegers(), Arbitraries.just(new Object()),
        Arbitraries.just(new byte[3]));
    Arbitrary<Object> value = Arbitraries.recursive(() -> leaf, inner -> Arbitraries.oneOf(
        inner,
        inner.list().ofMaxSize(3).map(JsonArray::new),
        objectsOf(inner).map(JsonObject::new),
        objectsOf(inner).map(Map::copyOf)), 0, 3);
    return objectsOf(value);
  }

  private static Arbitrary<Map<String, Object>> objectsOf(Arbitrary<Object> value) {
    Arbitrary<String> key = Arbitraries.oneOf(
        Arbitraries.of("name", "pollIntervalMs", "node", "cluster", "strategy", "type", "class", "nodes", "host",
            "port", "address", "control", "events", "clusterWide"),
        Arbitraries.strings().ofMaxLength(5));
    return Arbitraries.maps(key, value).ofMaxSize(6);
  }

  @Property(tries = 1500, edgeCases = EdgeCasesMode.NONE)
  void whateverIsGivenIsReadOrRefusedWithReasons(@ForAll("objects") Map<String, Object> json) {
    try {
      BarnacleOptions.fromJson(new JsonObject(json));
    } catch (InvalidOptionsException e) {
      assertFalse(e.faults().isEmpty());
      e.faults().forEach(fault -> assertFalse(fault.contains("a fault of its own"), fault));
    }
  }

  @Example
  void hugeAndDeepObjectsAreRefusedInTime() {
    JsonObject deep = new JsonObject();
    for (int i = 0; i < 100_000; i++) {
      deep = new JsonObject().put("strategy", deep).put("node", new JsonArray().add(deep));
    }
    JsonObject wide = new JsonObject();
    for (int i = 0; i < 100_000; i++) {
      wide.put("pollIntervalMs" + i, i);
    }
    JsonObject manyNodes = new JsonObject()
        .put("strategy", FixedNodesOptions.json().put("nodes", new JsonArray(Collections.nCopies(200_000, "@"))));
    JsonObject longText = new JsonObject().put("name", "x".repeat(10_000_000)).put("k".repeat(10_000_000), 1);
    for (JsonObject each : List.of(deep, wide, manyNodes, longText)) {
      assertTimeoutPreemptively(Duration.ofSeconds(20),
          () -> assertThrows(InvalidOptionsException.class, () -> BarnacleOptions.fromJson(each)));
    }
  }
}
