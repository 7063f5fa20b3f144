package io.barnacle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.shaded.org.snakeyaml.engine.v2.api.Load;
import com.hazelcast.shaded.org.snakeyaml.engine.v2.api.LoadSettings;
import io.barnacle.strategy.dns.DnsOptions;
import io.barnacle.strategy.dns.DnsRecords;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests in examples/ are well-formed, hang together, and configure what they say. */
class DeploymentExamplesTest {

  private static final String BARNACLE = "BARNACLE_";
  /** What Kubernetes and Fly put in the place of what is known at run time only. */
  private static final String ADDRESS = "fd00::7";

  private static String read(String file) throws IOException {
    return Files.readString(Path.of("examples", file));
  }

  /** The options of a node in an environment and without a file. */
  private static BarnacleOptions options(Map<String, String> environment) {
    Environment.Overlaid overlaid = Environment.over(new JsonObject(), environment);
    assertEquals(List.of(), overlaid.faults());
    return BarnacleOptions.fromJson(overlaid.json());
  }

  /** The documents of a YAML file by their kind. */
  private static Map<String, JsonObject> manifests(String file) throws IOException {
    Map<String, JsonObject> byKind = new HashMap<>();
    for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(read(file))) {
      @SuppressWarnings("unchecked")
      JsonObject manifest = new JsonObject((Map<String, Object>) document);
      assertNull(byKind.put(manifest.getString("kind"), manifest));
    }
    return byKind;
  }

  private static Map<String, String> environment(JsonObject container) {
    Map<String, String> environment = new TreeMap<>();
    for (Object each : container.getJsonArray("env")) {
      JsonObject variable = (JsonObject) each;
      JsonObject from = variable.getJsonObject("valueFrom");
      String value = from == null ? variable.getString("value")
          : from.containsKey("fieldRef") ? from.getJsonObject("fieldRef").getString("fieldPath") : "a secret";
      environment.put(variable.getString("name"), "status.podIP".equals(value) ? ADDRESS : value);
    }
    return environment;
  }

  @ParameterizedTest
  @ValueSource(strings = {"barnacle.yaml", "deployment-srv.yaml"})
  void kubernetes(String file) throws IOException {
    Map<String, JsonObject> manifests = manifests("kubernetes/" + file);
    JsonObject service = manifests.get("Service");
    JsonObject workload = manifests.getOrDefault("StatefulSet", manifests.get("Deployment"));
    JsonObject serviceSpec = service.getJsonObject("spec");
    assertEquals("None", serviceSpec.getString("clusterIP"));
    assertEquals(true, serviceSpec.getBoolean("publishNotReadyAddresses"));
    assertEquals("v1", service.getString("apiVersion"));
    assertEquals("apps/v1", workload.getString("apiVersion"));

    JsonObject spec = workload.getJsonObject("spec");
    JsonObject template = spec.getJsonObject("template");
    JsonObject labels = template.getJsonObject("metadata").getJsonObject("labels");
    assertEquals(labels, serviceSpec.getJsonObject("selector"), "the service selects the pods");
    assertEquals(labels, spec.getJsonObject("selector").getJsonObject("matchLabels"));

    JsonObject container = template.getJsonObject("spec").getJsonArray("containers").getJsonObject(0);
    Map<String, String> environment = environment(container);
    BarnacleOptions options = options(environment);
    JsonObject servicePort = serviceSpec.getJsonArray("ports").getJsonObject(0);
    assertEquals(servicePort.getInteger("port"), options.getNode().getPort());
    assertEquals(servicePort.getInteger("port"),
        container.getJsonArray("ports").getJsonObject(0).getInteger("containerPort"));
    assertEquals(ADDRESS, options.getNode().getHost());
    assertEquals("env:MEMBER_COOKIE", environment.get("BARNACLE_CLUSTER_COOKIE"));
    assertTrue(environment.containsKey("MEMBER_COOKIE"));
    assertTrue(template.getJsonObject("spec").getInteger("terminationGracePeriodSeconds") * 1_000L
        > options.getDrain().getTimeout().toMillis(), "it is given the time to drain");

    String name = service.getJsonObject("metadata").getString("name");
    DnsOptions expected = workload.getString("kind").equals("Deployment")
        ? new DnsOptions().setHostname("_" + servicePort.getString("name") + "._tcp." + name)
            .setRecords(DnsRecords.SRV)
        : new DnsOptions().setHostname(name);
    assertEquals(expected, options.getStrategy());
    if (workload.getString("kind").equals("StatefulSet")) {
      assertEquals(name, spec.getString("serviceName"));
      assertEquals("Parallel", spec.getString("podManagementPolicy"));
    }
  }

  @Test
  void fly() throws IOException {
    Map<String, Map<String, String>> tables = toml(read("fly/fly.toml"));
    Map<String, String> environment = new TreeMap<>(tables.get("env"));
    environment.put("BARNACLE_NODE_HOST", ADDRESS);
    BarnacleOptions options = options(environment);
    String app = tables.get("").get("app");
    assertEquals(new DnsOptions().setHostname(app + ".internal."), options.getStrategy());
    assertEquals(DnsOptions.DEFAULT_MEMBER_PORT, options.getNode().getPort());
    assertTrue(tables.get("processes").get(tables.get("http_service").get("processes").replaceAll("\\W", ""))
        .startsWith("sh -c 'BARNACLE_NODE_HOST=$FLY_PRIVATE_IP exec java "));
    assertEquals("SIGTERM", tables.get("").get("kill_signal"), "is of the app, not of a table");
    int seconds = Integer.parseInt(tables.get("").get("kill_timeout").replace("s", ""));
    assertTrue(seconds * 1_000L > options.getDrain().getTimeout().toMillis(), "it is given the time to drain");
  }

  /** What the README quotes of the manifests stands there. */
  @Test
  void theReadmeQuotesThem() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String fly = readme.substring(readme.indexOf("#### Fly.io"));
    String quoted = fly.substring(fly.indexOf("```toml\n") + 8, fly.indexOf("\n```\n"));
    List<String> lines = read("fly/fly.toml").lines().toList();
    quoted.lines().filter(line -> !line.isBlank()).forEach(line -> assertTrue(lines.contains(line), line));
  }

  /** As much of TOML as the file has: tables, and a value on a line. */
  private static Map<String, Map<String, String>> toml(String text) {
    Map<String, Map<String, String>> tables = new HashMap<>();
    String table = "";
    for (String line : text.lines().map(String::strip).filter(each -> !each.isEmpty()).toList()) {
      if (line.startsWith("[")) {
        table = line.replaceAll("[\\[\\]]", "");
      } else if (!line.startsWith("#")) {
        String[] parts = line.split(" = ", 2);
        tables.computeIfAbsent(table, t -> new HashMap<>()).put(parts[0], parts[1].replaceAll("^\"|\"$", ""));
      }
    }
    return tables;
  }
}
