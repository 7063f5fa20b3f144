package io.barnacle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {

  private static Environment.Overlaid over(String file, Map<String, String> environment) {
    return Environment.over(new JsonObject(file), environment);
  }

  private static JsonObject clean(String file, Map<String, String> environment) {
    Environment.Overlaid out = over(file, environment);
    assertEquals(List.of(), out.faults());
    return out.json();
  }

  @Test
  void setsEveryKeyWithItsType() {
    assertEquals(new JsonObject("""
        {"name": "n", "pollIntervalMs": 200, "refreshTimeoutMs": 300, "node": {"name": "a", "host": "h", "port": 5},
         "cluster": {"name": "5", "hazelcastConfig": "hz.yaml", "registry": "partitioned",
           "cookie": "env:C", "previousCookie": "file:c", "cookieFileMayBeShared": true, "insecure": true,
           "allowedClasses": ["com.example.", "org.Order"]},
         "bootstrap": {"minPeers": 1, "stableMs": 2, "deadlineMs": 3, "onTimeout": "wait"}, "healing": "balanced",
         "eventBus": {"tls": {"cert": "c.pem", "key": "k.pem", "ca": "ca.pem"}},
         "events": {"address": "e", "clusterWide": true}, "control": {"address": "c", "clusterWide": false}}"""),
        clean("{}", Map.ofEntries(
            Map.entry("BARNACLE_NAME", "n"),
            Map.entry("BARNACLE_POLL_INTERVAL_MS", "200"),
            Map.entry("BARNACLE_REFRESH_TIMEOUT_MS", " 300 "),
            Map.entry("BARNACLE_NODE_NAME", "a"),
            Map.entry("BARNACLE_NODE_HOST", "h"),
            Map.entry("BARNACLE_NODE_PORT", "5"),
            Map.entry("BARNACLE_CLUSTER_NAME", "5"),
            Map.entry("BARNACLE_CLUSTER_HAZELCAST_CONFIG", "hz.yaml"),
            Map.entry("BARNACLE_CLUSTER_REGISTRY", "partitioned"),
            Map.entry("BARNACLE_CLUSTER_COOKIE", "env:C"),
            Map.entry("BARNACLE_CLUSTER_PREVIOUS_COOKIE", "file:c"),
            Map.entry("BARNACLE_CLUSTER_COOKIE_FILE_MAY_BE_SHARED", "true"),
            Map.entry("BARNACLE_CLUSTER_INSECURE", "true"),
            Map.entry("BARNACLE_CLUSTER_ALLOWED_CLASSES", " com.example., org.Order"),
            Map.entry("BARNACLE_BOOTSTRAP_MIN_PEERS", "1"),
            Map.entry("BARNACLE_BOOTSTRAP_STABLE_MS", "2"),
            Map.entry("BARNACLE_BOOTSTRAP_DEADLINE_MS", "3"),
            Map.entry("BARNACLE_BOOTSTRAP_ON_TIMEOUT", "wait"),
            Map.entry("BARNACLE_HEALING", "balanced"),
            Map.entry("BARNACLE_EVENT_BUS_TLS_CERT", "c.pem"),
            Map.entry("BARNACLE_EVENT_BUS_TLS_KEY", "k.pem"),
            Map.entry("BARNACLE_EVENT_BUS_TLS_CA", "ca.pem"),
            Map.entry("BARNACLE_EVENTS_ADDRESS", "e"),
            Map.entry("BARNACLE_EVENTS_CLUSTER_WIDE", "TRUE"),
            Map.entry("BARNACLE_CONTROL_ADDRESS", "c"),
            Map.entry("BARNACLE_CONTROL_CLUSTER_WIDE", "false"))));
  }

  @Test
  void goesOverTheFileKeyByKeyAndLeavesItsObjectAlone() {
    JsonObject file = new JsonObject("{\"name\": \"f\", \"node\": {\"name\": \"a\", \"port\": 1}}");
    JsonObject before = file.copy();
    Environment.Overlaid out = Environment.over(file, Map.of("BARNACLE_NODE_PORT", "2"));
    assertEquals(new JsonObject("{\"name\": \"f\", \"node\": {\"name\": \"a\", \"port\": 2}}"), out.json());
    assertEquals(before, file);
  }

  @Test
  void strategyKeysAreReadBySyntax() {
    assertEquals(new JsonObject("""
        {"strategy": {"type": "x", "hostname": "my.app", "timeoutMs": 500, "cache": true, "ratio": 0.5, "octal": "007",
         "text": "12", "nodes": ["a@h"], "tls": {"ca": "f"}, "v6": "[fd00::1]:53", "word": "truely",
         "nothing": "null"}}"""),
        clean("{}", Map.ofEntries(
            Map.entry("BARNACLE_STRATEGY_TYPE", "x"),
            Map.entry("BARNACLE_STRATEGY_HOSTNAME", "my.app"),
            Map.entry("BARNACLE_STRATEGY_TIMEOUT_MS", "500"),
            Map.entry("BARNACLE_STRATEGY_CACHE", "true"),
            Map.entry("BARNACLE_STRATEGY_RATIO", "0.5"),
            Map.entry("BARNACLE_STRATEGY_OCTAL", "007"),
            Map.entry("BARNACLE_STRATEGY_TEXT", "\"12\""),
            Map.entry("BARNACLE_STRATEGY_NODES", "[\"a@h\"]"),
            Map.entry("BARNACLE_STRATEGY_TLS", "{\"ca\": \"f\"}"),
            Map.entry("BARNACLE_STRATEGY_V6", "[fd00::1]:53"),
            Map.entry("BARNACLE_STRATEGY_WORD", "truely"),
            Map.entry("BARNACLE_STRATEGY_NOTHING", "null"))));
  }

  @Test
  void anotherStrategyTypePutsTheFilesStrategyAside() {
    String file = "{\"strategy\": {\"type\": \"a\", \"port\": 1}}";
    assertEquals(new JsonObject("{\"strategy\": {\"type\": \"b\", \"x\": 2}}"),
        clean(file, Map.of("BARNACLE_STRATEGY_TYPE", "b", "BARNACLE_STRATEGY_X", "2")));
    assertEquals(new JsonObject("{\"strategy\": {\"type\": \"a\", \"port\": 1, \"x\": 2}}"),
        clean(file, Map.of("BARNACLE_STRATEGY_TYPE", "a", "BARNACLE_STRATEGY_X", "2")));
    assertEquals(new JsonObject("{\"strategy\": {\"type\": \"7\"}}"),
        clean(file, Map.of("BARNACLE_STRATEGY_TYPE", "7")));
  }

  @Test
  void whatKubernetesInjectsIsLeftAlone() {
    assertEquals(new JsonObject(), clean("{}", Map.ofEntries(
        Map.entry("BARNACLE_SERVICE_HOST", "10.96.0.7"),
        Map.entry("BARNACLE_SERVICE_PORT", "5701"),
        Map.entry("BARNACLE_SERVICE_PORT_MEMBERS", "5701"),
        Map.entry("BARNACLE_PORT", "tcp://10.96.0.7:5701"),
        Map.entry("BARNACLE_PORT_5701_TCP", "tcp://10.96.0.7:5701"),
        Map.entry("BARNACLE_PORT_5701_TCP_PROTO", "tcp"),
        Map.entry("BARNACLE_PORT_5701_TCP_PORT", "5701"),
        Map.entry("BARNACLE_PORT_5701_TCP_ADDR", "10.96.0.7"),
        Map.entry("BARNACLE_NODE_SERVICE_HOST", "10.96.0.8"),
        Map.entry("BARNACLE_NODE_PORT", "tcp://10.96.0.8:80"),
        Map.entry("BARNACLE_NODE_PORT_80_TCP_ADDR", "10.96.0.8"),
        Map.entry("BARNACLE_STRATEGY_PORT", "udp://10.96.0.9:53"),
        Map.entry("BARNACLE_STRATEGY_PORT_53_UDP_PROTO", "udp"),
        Map.entry("BARNACLE_STRATEGY_SERVICE_PORT", "53"))));
  }

  @Test
  void whatIsEmptyOrReadElsewhereOrNotOursIsLeftAlone() {
    assertEquals(new JsonObject(), clean("{}", Map.of(
        "BARNACLE_NODE_HOST", "", "BARNACLE_CONFIG", "x", "BARNACLE_REQUIRE_SYSTEM_TESTS", "true",
        "BARNACLES_NAME", "x", "barnacle_name", "x", "PATH", "/bin")));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "BARNACLE_POLL_INTERVAL | BARNACLE_POLL_INTERVAL: is not a known environment variable,"
        + " did you mean BARNACLE_POLL_INTERVAL_MS?",
    "BARNACLE_STRATEGY | BARNACLE_STRATEGY: is not a known environment variable, did you mean BARNACLE_STRATEGY_TYPE?",
    "BARNACLE_FROBNICATE_ALL_THINGS | BARNACLE_FROBNICATE_ALL_THINGS: is not a known environment variable;"
        + " rename or unset it",
    "BARNACLE_NODE_PORT | node.port: \"x\" is not a whole number (from environment variable BARNACLE_NODE_PORT)",
    "BARNACLE_EVENTS_CLUSTER_WIDE | events.clusterWide: \"x\" is not true or false"
        + " (from environment variable BARNACLE_EVENTS_CLUSTER_WIDE)",
  })
  void aWrongVariableIsAFault(String variable, String fault) {
    assertEquals(List.of(fault), over("{}", Map.of(variable, "x")).faults());
  }

  @Test
  void whatTheFileHasInsteadOfASectionStaysForTheReaderToRefuse() {
    assertEquals(new JsonObject().put("node", 5), clean("{\"node\": 5}", Map.of("BARNACLE_NODE_PORT", "1")));
  }

  @Test
  void faultsOfWhatCameFromTheEnvironmentSaySo() {
    Environment.Overlaid out = over("{}", Map.of(
        "BARNACLE_NODE_PORT", "70000", "BARNACLE_STRATEGY_NODES", "[]", "BARNACLE_NAME", "x"));
    String port = " (from environment variable BARNACLE_NODE_PORT)";
    assertEquals("node.port: too much" + port, out.withOrigin("node.port: too much"));
    assertEquals("strategy.nodes[2]: bad (from environment variable BARNACLE_STRATEGY_NODES)",
        out.withOrigin("strategy.nodes[2]: bad"));
    assertEquals("node.host: bad", out.withOrigin("node.host: bad"));
    assertEquals("names: bad", out.withOrigin("names: bad"));
  }

  @Test
  void aStrategyTypeIsEnough() {
    assertTrue(Environment.isEnough(Map.of("BARNACLE_STRATEGY_TYPE", "dns")));
    assertFalse(Environment.isEnough(Map.of("BARNACLE_STRATEGY_TYPE", "")));
    assertFalse(Environment.isEnough(Map.of("BARNACLE_STRATEGY_PORT", "1")));
  }

  @Test
  void aDeepOrHugeValueIsTakenAsText() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    assertEquals(deep, clean("{}", Map.of("BARNACLE_STRATEGY_X", deep)).getJsonObject("strategy").getString("x"));
    assertEquals(new JsonArray(), clean("{}", Map.of("BARNACLE_STRATEGY_X", "[]")).getJsonObject("strategy")
        .getJsonArray("x"));
  }
}
