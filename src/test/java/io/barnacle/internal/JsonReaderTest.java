package io.barnacle.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.barnacle.node.Node;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {

  private enum Colour { RED, DARK_BLUE }

  private final List<String> faults = new ArrayList<>();

  private JsonReader reader(String json) {
    return new JsonReader(new JsonObject(json), "", faults);
  }

  @Test
  void readsEachType() {
    JsonReader in = reader("""
        {"text": "a", "yes": true, "whole": 3, "half": 0.5, "wait": 1500, "inner": {"x": 1}, "list": ["a@h"],
         "colour": "dark_blue"}""");
    assertEquals(Optional.of("a"), in.string("text"));
    assertEquals(Optional.of(true), in.bool("yes"));
    assertEquals(Optional.of(3), in.integer("whole"));
    assertEquals(Optional.of(0.5), in.number("half"));
    assertEquals(Optional.of(Duration.ofMillis(1500)), in.durationMs("wait"));
    assertEquals(Optional.of(1), in.object("inner").orElseThrow().integer("x"));
    assertEquals(Optional.of(List.of(Node.parse("a@h"))), in.strings("list", Node::parse));
    assertEquals(Optional.of(Colour.DARK_BLUE), in.word("colour", Colour.class));
    assertEquals(Optional.empty(), in.string("absent"));
    in.rejectUnknownKeys();
    assertEquals(List.of(), faults);
  }

  @Test
  void collectsEveryFaultWithItsPath() {
    JsonReader in = new JsonReader(new JsonObject("""
        {"text": 1, "yes": "true", "whole": 1.5, "inner": [], "list": ["a@h", 7, "a@b@c"], "colour": "green"}"""),
        "strategy", faults);
    in.string("text");
    in.bool("yes");
    in.integer("whole");
    in.object("inner");
    in.strings("list", Node::parse);
    in.word("colour", Colour.class);
    in.requiredString("name");
    assertEquals(List.of(
        "strategy.text: is not a string",
        "strategy.yes: is not true or false",
        "strategy.whole: 1.5 is not a whole number",
        "strategy.inner: is not an object",
        "strategy.list[1]: is not a string",
        "strategy.list[2]: \"a@b@c\" is not basename@host[:port]",
        "strategy.colour: \"green\" is not one of red, dark_blue",
        "strategy.name: is missing"), faults);
  }

  @Test
  void suggestsTheKeyThatWasMeant() {
    JsonReader in = reader("{\"prot\": 1, \"zzz\": 2}");
    in.integer("port");
    in.rejectUnknownKeys();
    assertEquals(List.of("prot: is not known, did you mean \"port\"?", "zzz: is not known"), faults);
  }

  @Test
  void aSettersRefusalBecomesAFaultOfTheKey() {
    JsonReader in = reader("{\"port\": 70000}");
    in.set("port", in.integer("port"), n -> {
      throw new IllegalArgumentException(n + " is too much");
    });
    assertEquals(List.of("port: 70000 is too much"), faults);
  }

  @Test
  void nullIsAFaultOnceAndNotAnAbsentValue() {
    JsonReader in = reader("{\"name\": null}");
    assertEquals(Optional.empty(), in.requiredString("name"));
    assertEquals(List.of("name: is null; give it a value or leave it out"), faults);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2147483648", "-2147483649", "18446744073709551621", "1e300", "-1e300"})
  void aWholeNumberThatIsTooBigIsOutOfRange(String number) {
    assertEquals(Optional.empty(), reader("{\"n\": " + number + "}").integer("n"));
    assertEquals(1, faults.size());
    assertTrue(faults.get(0).endsWith("is out of range"), faults.get(0));
  }

  @Test
  void aBigIntegerDoesNotWrapAround() {
    JsonReader in = new JsonReader(new JsonObject().put("ms", BigInteger.ONE.shiftLeft(64)), "", faults);
    assertEquals(Optional.empty(), in.durationMs("ms"));
    assertEquals(List.of("ms: is out of range"), faults);
  }

  @Test
  void notANumberAndInfinityAreNotWhole() {
    JsonObject json = new JsonObject().put("a", Double.NaN).put("b", Double.POSITIVE_INFINITY);
    JsonReader in = new JsonReader(json, "", faults);
    in.integer("a");
    in.integer("b");
    assertEquals(List.of("a: NaN is not a whole number", "b: Infinity is not a whole number"), faults);
  }

  @Test
  void aKeyCannotForgeALine() {
    reader("{\"a\\nWARN: all is lost\": 1, \"" + "k".repeat(10_000) + "\": 1}").rejectUnknownKeys();
    assertEquals("\"a\\nWARN: all is lost\": is not known", faults.get(0));
    assertTrue(faults.get(1).length() < 100, faults.get(1));
    assertFalse(faults.toString().contains("\n"));
  }

  @Test
  void readsPlainMapsAndListsInside() {
    JsonReader in = new JsonReader(new JsonObject(Map.of("inner", Map.of("list", List.of("x")))), "", faults);
    assertEquals(Optional.of(List.of("x")), in.object("inner").orElseThrow().strings("list", x -> x));
  }

  @Test
  void relaysTheFaultsOfAnotherReader() {
    new JsonReader(new JsonObject(), "strategy", faults).relay("nodes: is missing");
    new JsonReader(new JsonObject(), "strategy", faults).fault("failed");
    assertEquals(List.of("strategy.nodes: is missing", "strategy: failed"), faults);
  }
}
