package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The manifests in examples/ configure what they say. */
class DeploymentExamplesTest {

  private static final Pattern YAML_ENTRY =
      Pattern.compile("name: BARNACLE_STRATEGY_(\\w+)\\s+(?:#.*\\s+)*value: (\\S+)");
  private static final Pattern TOML_ENTRY = Pattern.compile("BARNACLE_STRATEGY_(\\w+) = \"([^\"]+)\"");

  private static DnsOptions options(Pattern entry, String text) {
    JsonObject json = new JsonObject();
    for (Matcher each = entry.matcher(text); each.find(); ) {
      json.put(each.group(1).toLowerCase(Locale.ROOT), each.group(2));
    }
    assertEquals(DnsOptions.TYPE, json.getString("type"));
    return DnsOptions.fromJson(json);
  }

  private static String read(String file) throws IOException {
    return Files.readString(Path.of("examples", file));
  }

  @Test
  void kubernetes() throws IOException {
    for (String file : new String[] {"kubernetes/barnacle.yaml", "kubernetes/deployment-srv.yaml"}) {
      String text = read(file);
      assertTrue(text.contains("  clusterIP: None\n") && text.contains("  publishNotReadyAddresses: true\n"), file);
    }
    assertEquals(new DnsOptions().setHostname("my-app-peers"), options(YAML_ENTRY, read("kubernetes/barnacle.yaml")));
    assertEquals(new DnsOptions().setHostname("_members._tcp.my-app-peers").setRecords(DnsRecords.SRV),
        options(YAML_ENTRY, read("kubernetes/deployment-srv.yaml")));
  }

  @Test
  void fly() throws IOException {
    assertEquals(new DnsOptions().setHostname("my-app.internal."), options(TOML_ENTRY, read("fly/fly.toml")));
  }
}
