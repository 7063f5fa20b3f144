package io.barnacle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.strategy.StrategyProvider;
import io.barnacle.testkit.FixedNodesOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema that editors use and the reader that decides say the same. */
class SchemaTest {

  private static final JsonObject SCHEMA = schema();

  /** Strategies that both accept. */
  private static final List<String> GOOD = List.of(
      "{'type': 'local_epmd'}",
      "{'type': 'local_epmd', 'port': 4369, 'timeoutMs': 500}",
      "{'type': 'epmd', 'nodes': ['a@10.0.0.1:5701', 'b@[fd00::1]:5701', 'c@host']}",
      "{'type': 'epmd', 'nodes': ['a@h'], 'epmdPort': 4370, 'defaultPort': 5702, 'timeoutMs': 500}",
      "{'type': 'dns', 'basename': 'my_app', 'hostname': 'my_app.internal', 'timeoutMs': 5000, 'port': 5701}",
      "{'type': 'dns', 'hostnames': [{'hostname': 'a.b', 'basename': 'x'}, {'hostname': 'c.d'}], 'records': 'srv'}",
      "{'type': 'dns', 'hostname': 'a', 'servers': ['127.0.0.1:5353', '::1'], 'cache': true, 'union': 3}");

  /** Strategies that both refuse. */
  private static final List<String> BAD = List.of(
      "{'type': 'local_epmd', 'prot': 4369}",
      "{'type': 'local_epmd', 'port': 0}",
      "{'type': 'local_epmd', 'timeoutMs': '1s'}",
      "{'type': 'epmd'}",
      "{'type': 'epmd', 'nodes': 'a@h'}",
      "{'type': 'epmd', 'nodes': ['a@b@c']}",
      "{'type': 'epmd', 'nodes': ['nobody']}",
      "{'type': 'dns'}",
      "{'type': 'dns', 'hostname': 'a', 'hostnames': [{'hostname': 'b'}]}",
      "{'type': 'dns', 'hostnames': []}",
      "{'type': 'dns', 'hostname': 'a', 'records': 'mx'}",
      "{'type': 'dns', 'hostname': 'a', 'union': 0}",
      "{'type': 'custom'}",
      "{'type': 'custom', 'class': 5}",
      "{'type': 7}",
      "{}");

  private static JsonObject schema() {
    try (InputStream in = SchemaTest.class.getResourceAsStream("/io/barnacle/barnacle.schema.json")) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static boolean isValid(JsonObject json) {
    return check(SCHEMA, json).getValid();
  }

  private static OutputUnit check(JsonObject schema, JsonObject json) {
    JsonSchemaOptions options = new JsonSchemaOptions()
        .setBaseUri("https://barnacle.io").setDraft(Draft.DRAFT202012).setOutputFormat(OutputFormat.Basic);
    return Validator.create(JsonSchema.of(schema), options).validate(json);
  }

  private static boolean isRead(JsonObject json) {
    try {
      BarnacleOptions.fromJson(json);
      return true;
    } catch (InvalidOptionsException e) {
      return false;
    }
  }

  private static JsonObject with(String strategy) {
    return new JsonObject().put("strategy", new JsonObject(strategy.replace('\'', '"')));
  }

  /** Whether the strategy of that type is in this build; its own tests are where it is. */
  private static boolean hasProvider(String strategy) {
    String type = String.valueOf(new JsonObject(strategy.replace('\'', '"')).getValue("type", "custom"));
    return ServiceLoader.load(StrategyProvider.class).stream()
        .anyMatch(each -> each.get().type().equals(type)) || type.equals("7");
  }

  static Stream<String> good() {
    return GOOD.stream();
  }

  static Stream<String> bad() {
    return BAD.stream();
  }

  @Test
  void theFileShippedIsValid() throws IOException {
    JsonObject file = new JsonObject(Files.readString(Path.of("conf/barnacle.json")));
    assertTrue(isValid(file), () -> check(SCHEMA, file).toJson().encodePrettily());
    if (hasProvider("{'type': 'local_epmd'}")) {
      JsonObject read = BarnacleOptions.fromJson(file).toJson();
      assertEquals(BarnacleOptions.DEFAULT_POLL_INTERVAL.toMillis(), read.getLong("pollIntervalMs"));
      assertTrue(isValid(read));
    }
  }

  @Test
  void theFileShippedShowsTheDefaults() throws IOException {
    JsonObject file = new JsonObject(Files.readString(Path.of("conf/barnacle.json")));
    JsonObject defaults = new BarnacleOptions().toJson();
    for (String key : defaults.fieldNames()) {
      if (!key.equals("node")) { // its port has no default of its own
        assertEquals(new JsonObject().put(key, defaults.getValue(key)), new JsonObject().put(key, file.getValue(key)));
      }
    }
  }

  @Test
  void theDefaultsAreValidAndTheSchemasDefaultsAreTheOnesOfTheCode() {
    JsonObject defaults = new BarnacleOptions()
        .setStrategy(new FixedNodesOptions(FixedNodesOptions.json())).toJson();
    assertTrue(isValid(defaults), () -> check(SCHEMA, defaults).toJson().encodePrettily());
    JsonObject properties = SCHEMA.getJsonObject("properties");
    for (String path : Environment.paths()) {
      String[] parts = path.split("\\.");
      JsonObject property = properties.getJsonObject(parts[0]);
      Object value = defaults.getValue(parts[0]);
      for (String part : Arrays.asList(parts).subList(1, parts.length)) {
        property = property.getJsonObject("properties").getJsonObject(part);
        value = value instanceof JsonObject inner ? inner.getValue(part) : null;
      }
      assertEquals(String.valueOf(value), String.valueOf(property.getValue("default")), path);
    }
  }

  @Test
  void everyKeyOfTheSchemaHasAnEnvironmentVariable() {
    Set<String> paths = new TreeSet<>();
    addPaths("", SCHEMA, paths);
    paths.removeAll(Set.of("strategy", "$schema"));
    assertEquals(paths, new TreeSet<>(Environment.paths()));
  }

  private static void addPaths(String prefix, JsonObject schema, Set<String> paths) {
    JsonObject properties = schema.getJsonObject("properties");
    for (String key : properties.fieldNames()) {
      if (properties.getJsonObject(key).containsKey("properties")) {
        addPaths(prefix + key + ".", properties.getJsonObject(key), paths);
      } else {
        paths.add(prefix + key);
      }
    }
  }

  @Test
  void theSchemaIsOneOfItsDraft() throws Exception {
    JsonSchemaOptions options = new JsonSchemaOptions().setBaseUri("https://barnacle.io").setDraft(Draft.DRAFT202012);
    Vertx vertx = Vertx.vertx();
    try {
      SchemaRepository drafts = SchemaRepository.create(options).preloadMetaSchema(vertx.fileSystem());
      JsonSchema draft = drafts.find("https://json-schema.org/draft/2020-12/schema");
      OutputUnit out = drafts.validator(draft, options).validate(SCHEMA);
      assertTrue(out.getValid(), () -> out.toJson().encodePrettily());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @MethodSource("good")
  void acceptsTheStrategiesInTheirRightForm(String strategy) {
    assertTrue(isValid(with(strategy)), () -> check(SCHEMA, with(strategy)).toJson().encodePrettily());
    if (hasProvider(strategy)) {
      assertTrue(isValid(BarnacleOptions.fromJson(with(strategy)).toJson()));
    }
  }

  @ParameterizedTest
  @MethodSource("bad")
  void refusesTheStrategiesInAWrongForm(String strategy) {
    assertFalse(isValid(with(strategy)));
    if (hasProvider(strategy)) {
      assertThrows(InvalidOptionsException.class, () -> BarnacleOptions.fromJson(with(strategy)));
    }
  }

  @Test
  void leavesTheKeysOfAThirdPartyOpen() {
    assertTrue(isValid(with("{'type': 'consul', 'whatever': {'it': ['likes']}}")));
  }

  @ParameterizedTest
  @CsvSource({
    "pollIntervalMs, 100, 86400000", "refreshTimeoutMs, 100, 86400000", "node/port, 0, 65535",
    "bootstrap/minPeers, 0, 1000", "bootstrap/stableMs, 0, 86400000", "bootstrap/deadlineMs, 0, 86400000",
    "drain/timeoutMs, 0, 86400000", "drain/quietMs, 0, 60000",
  })
  void rangesEndWhereTheReadersEnd(String path, long lowest, long highest) {
    for (long each : new long[] {lowest - 1, lowest, highest, highest + 1}) {
      JsonObject json = full();
      new Mutation(path, each, false).apply(json);
      assertEquals(each >= lowest && each <= highest, isRead(json), () -> path + " " + each);
      assertEquals(isRead(json), isValid(json), () -> path + " " + each);
    }
  }

  /** One change of a valid configuration: a value elsewhere, or none. */
  record Mutation(String path, Object value, boolean removed) {
    void apply(JsonObject json) {
      String[] parts = path.split("/");
      JsonObject at = json;
      for (String part : Arrays.asList(parts).subList(0, parts.length - 1)) {
        if (!(at.getValue(part) instanceof JsonObject inner)) {
          return; // an earlier mutation took it away
        }
        at = inner;
      }
      if (removed) {
        at.remove(parts[parts.length - 1]);
      } else {
        at.put(parts[parts.length - 1], value);
      }
    }
  }

  private static JsonObject full() {
    return new JsonObject("""
        {"$schema": "./x", "name": "n", "pollIntervalMs": 200, "refreshTimeoutMs": 300,
         "node": {"name": "a", "host": "h", "port": 5}, "cluster": {"name": "c", "hazelcastConfig": "hz.yaml",
           "registry": "partitioned",
           "cookie": "env:COOKIE", "previousCookie": "file:cookie", "cookieFileMayBeShared": true, "insecure": false,
           "allowedClasses": ["com.example.", "org.Order$Item", "*"]},
         "bootstrap": {"minPeers": 1, "stableMs": 2, "deadlineMs": 3, "onTimeout": "wait"}, "healing": "balanced",
         "drain": {"timeoutMs": 5, "quietMs": 6},
         "eventBus": {"tls": {"cert": "c.pem", "key": "k.pem", "ca": "ca.pem"}},
         "events": {"address": "e", "clusterWide": true}, "control": {"address": "c", "clusterWide": false}}""")
        .put("strategy", FixedNodesOptions.json("a@h:1"));
  }

  /**
   * The class of a custom strategy and an unknown type are what a schema cannot judge: these two are only ever made
   * something other than text.
   */
  @Provide
  Arbitrary<Mutation> mutations() {
    Arbitrary<String> paths = Arbitraries.of("$schema", "name", "pollIntervalMs", "refreshTimeoutMs", "node",
        "node/name", "node/host", "node/port", "cluster", "cluster/name", "cluster/hazelcastConfig", "cluster/registry",
        "cluster/cookie", "cluster/previousCookie", "cluster/cookieFileMayBeShared", "cluster/insecure",
        "cluster/allowedClasses",
        "events", "events/address", "events/clusterWide", "control", "control/address", "control/clusterWide",
        "bootstrap", "bootstrap/minPeers", "bootstrap/stableMs", "bootstrap/deadlineMs", "bootstrap/onTimeout",
        "bootstrap/unknown", "drain", "drain/timeoutMs", "drain/quietMs", "drain/unknown", "eventBus", "eventBus/tls",
        "eventBus/tls/cert", "eventBus/tls/ca", "eventBus/tls/unknown", "eventBus/unknown", "healing", "unknown",
        "node/unknown",
        "cluster/unknown", "events/clusterwide", "control/prefix", "Name");
    Arbitrary<Object> notText = Arbitraries.of(true, false, 0, 1, -1, 99, 100, 150, 5701, 65535, 65536, 86_400_000,
        86_400_001, 1L << 40, 1.5, 200.0, 1e300, new JsonObject(), new JsonArray(), new JsonObject().put("port", 7),
        new JsonArray().add("a"), new JsonArray().add("a.").add("b.C$1"), new JsonArray().add("a..b"), new JsonArray().add(".a"));
    Arbitrary<Object> any = Arbitraries.oneOf(notText.injectNull(0.1),
        Arbitraries.of("", " ", "a", "a b", "a@b", "10.0.0.1", "::1", "fd00::0:1", "true", "5", "x".repeat(256), "\"",
            "a\u0001", "ü", "my-app.internal."));
    return Arbitraries.oneOf(
        Combinators.combine(paths, any, Arbitraries.of(true, false, false)).as(Mutation::new),
        Combinators.combine(Arbitraries.of("strategy", "strategy/type", "strategy/class"), notText.injectNull(0.1),
            Arbitraries.of(true, false, false)).as(Mutation::new));
  }

  @Property(tries = 1500)
  void schemaAndReaderAgree(@ForAll("mutations") Mutation first, @ForAll("mutations") Mutation second) {
    JsonObject json = full();
    first.apply(json);
    second.apply(json);
    boolean read = isRead(json);
    Statistics.collect(read ? "accepted" : "refused");
    Statistics.coverage(coverage -> coverage.check("accepted").percentage(p -> p > 5));
    assertEquals(read, isValid(json), json::encode);
  }
}
