package io.barnacle.strategy.epmd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.strategy.InvalidOptionsException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpmdOptionsTest {

  private static List<String> faultsOfLocal(String json) {
    return assertThrows(InvalidOptionsException.class, () -> LocalEpmdOptions.fromJson(new JsonObject(json))).faults();
  }

  private static List<String> faultsOfList(String json) {
    return assertThrows(InvalidOptionsException.class, () -> EpmdOptions.fromJson(new JsonObject(json))).faults();
  }

  @Test
  void theShortestConfigurationIsEnough() {
    LocalEpmdOptions local = LocalEpmdOptions.fromJson(new JsonObject().put("type", "local_epmd"));
    assertEquals(new LocalEpmdOptions(), local);
    assertEquals("127.0.0.1", local.defaultHost());
    assertEquals(0, local.defaultPort());
    EpmdOptions list = EpmdOptions.fromJson(
        new JsonObject().put("type", "epmd").put("nodes", new JsonArray().add("a@10.0.0.1:5701").add("b@10.0.0.2")));
    assertEquals(new EpmdOptions().addNode("a@10.0.0.1:5701").addNode("b@10.0.0.2"), list);
    assertEquals(5701, list.defaultPort());
  }

  @Test
  void everyFaultIsNamedByItsPath() {
    assertEquals(
        List.of("port: port 70000 is not in 1..65535", "timeoutMs: 1 ms is not in 10..60000",
            "pourt: is not known, did you mean \"port\"?"),
        faultsOfLocal("{'type': 'local_epmd', 'port': 70000, 'timeoutMs': 1, 'pourt': 1}".replace('\'', '"')));
    assertEquals(
        List.of("nodes[1]: \"a@b@c\" is not basename@host[:port]", "nodes[2]: is not a string",
            "epmdPort: port 0 is not in 1..65535", "defaultPort: port -1 is not in 1..65535"),
        faultsOfList("{'nodes': ['a@h', 'a@b@c', 1], 'epmdPort': 0, 'defaultPort': -1}".replace('\'', '"')));
    assertEquals(List.of("nodes: is missing"), faultsOfList("{}"));
  }

  @Test
  void copiesAreEqualAndIndependent() {
    LocalEpmdOptions local = new LocalEpmdOptions().setPort(4370).setTimeout(Duration.ofSeconds(1));
    assertEquals(local, new LocalEpmdOptions(local));
    assertNotEquals(local, new LocalEpmdOptions(local).setPort(4371));
    assertEquals(local, LocalEpmdOptions.fromJson(local.toJson()));
    EpmdOptions list = new EpmdOptions().addNode("a@h").setEpmdPort(1).setDefaultPort(2);
    EpmdOptions copy = new EpmdOptions(list).addNode("b@h");
    assertEquals(1, list.getNodes().size());
    assertNotEquals(list, copy);
    assertEquals(copy, EpmdOptions.fromJson(copy.toJson()));
  }

  @Test
  void defaultNamesAreStableAndUniqueInAProcess() {
    LocalEpmdOptions one = new LocalEpmdOptions();
    LocalEpmdOptions other = new LocalEpmdOptions(one);
    assertEquals(one.defaultName(), one.defaultName());
    assertNotEquals(one.defaultName(), other.defaultName());
    String made = "barnacle-" + ProcessHandle.current().pid();
    assertTrue(one.defaultName().matches(made + "(-\\d+)?"), one.defaultName());
    assertTrue(other.defaultName().matches(made + "-\\d+"), other.defaultName());
  }

  @Test
  void thePortOfEpmdIsConfiguredOrErlangsOrWellKnown() {
    assertEquals(4370, EpmdPort.resolve(4370, name -> "nonsense"));
    assertEquals(4371, EpmdPort.resolve(null, name -> name.equals("ERL_EPMD_PORT") ? "4371" : null));
    assertEquals(4369, EpmdPort.resolve(null, name -> null));
    assertEquals(4369, EpmdPort.resolve(null, name -> ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "-1", "port", "4369x"})
  void aWrongEnvironmentVariableIsNamed(String value) {
    InvalidOptionsException refused =
        assertThrows(InvalidOptionsException.class, () -> EpmdPort.resolve(null, name -> value));
    assertEquals("ERL_EPMD_PORT (environment): \"" + value + "\" is not a port in 1..65535", refused.getMessage());
  }
}
