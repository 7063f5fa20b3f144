package io.barnacle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.testkit.SystemRequirement;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is in {@code target/barnacle.jar} is known, has a version of its own and a licence that is allowed. */
class SbomIT {

  private static final Path SBOM = Path.of("target", "bom.json");
  private static final Set<String> ALLOWED = Set.of("Apache-2.0", "BSD-3-Clause", "MIT");

  private List<JsonObject> components;

  @BeforeEach
  void read() throws Exception {
    SystemRequirement.require(Files.exists(SBOM), "there is no " + SBOM + "; mvn -Psbom makes it, with the network");
    JsonObject bom = new JsonObject(Files.readString(SBOM));
    assertEquals("CycloneDX", bom.getString("bomFormat"));
    components = bom.getJsonArray("components").stream().map(JsonObject.class::cast).toList();
    assertTrue(components.size() > 10, "no components");
  }

  private static Set<String> licences(JsonObject component) {
    return component.getJsonArray("licenses", new JsonArray()).stream()
        .map(each -> ((JsonObject) each).getJsonObject("license", new JsonObject()))
        .map(licence -> licence.getString("id", "unknown: " + licence.getString("name")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String row(JsonObject component) {
    return "| " + component.getString("group") + ":" + component.getString("name") + " | "
        + component.getString("version") + " | " + String.join(" or ", licences(component)) + " |";
  }

  @Test
  void everyComponentMayBeUsed() {
    components.forEach(each -> assertTrue(licences(each).stream().anyMatch(ALLOWED::contains), () -> row(each)));
  }

  @Test
  void everyVersionIsPinned() {
    components.forEach(each -> {
      String version = each.getString("version");
      assertFalse(version.isBlank() || version.endsWith("-SNAPSHOT") || version.matches(".*[\\[(,].*"), () -> row(each));
    });
  }

  @Test
  void thirdPartyListsThem() throws Exception {
    String listed = Files.readString(Path.of("THIRD-PARTY.md")).lines()
        .filter(line -> line.contains(":") && line.startsWith("| ")).sorted().collect(Collectors.joining("\n"));
    assertEquals(components.stream().map(SbomIT::row).sorted().collect(Collectors.joining("\n")), listed);
  }
}
