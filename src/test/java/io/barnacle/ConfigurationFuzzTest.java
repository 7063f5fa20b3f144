package io.barnacle;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.barnacle.strategy.InvalidOptionsException;
import io.barnacle.testkit.Fuzz;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;

/** Whatever stands in a configuration file or in the environment, it is read, or refused in words, and soon. */
class ConfigurationFuzzTest {

  private static final Duration SOON = Duration.ofSeconds(2);

  @Provide
  Arbitrary<String> files() {
    return Fuzz.damaged(Fuzz.files("config"));
  }

  @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void aDamagedFileIsReadOrRefused(@ForAll("files") String text) {
    String outcome = assertTimeout(SOON, () -> outcome(text));
    Statistics.collect(outcome);
    Statistics.coverage(coverage -> {
      coverage.check("read").percentage(p -> p > 1);
      coverage.check("not JSON").percentage(p -> p > 5);
      coverage.check("refused").percentage(p -> p > 5);
    });
  }

  private static String outcome(String text) {
    JsonObject json;
    try {
      json = StrictJson.object(text);
    } catch (IllegalArgumentException e) {
      assertFalse(e.getMessage().isBlank());
      return "not JSON";
    }
    try {
      BarnacleOptions.fromJson(json).toString();
      return "read";
    } catch (InvalidOptionsException e) {
      assertFalse(e.faults().isEmpty());
      return "refused";
    }
  }

  @Provide
  Arbitrary<Map<String, String>> environments() {
    Arbitrary<String> known = Arbitraries.of(Environment.paths().stream().map(Environment::variableOf).toList());
    Arbitrary<String> names = Arbitraries.oneOf(known, known.map(name -> name + "_X"),
        Arbitraries.strings().withChars("ABC_1").ofMaxLength(12).map("BARNACLE_STRATEGY_"::concat),
        Arbitraries.strings().ofMaxLength(12).map("BARNACLE_"::concat));
    Arbitrary<String> values = Arbitraries.oneOf(
        Arbitraries.of("true", "5", "-1", "1e999", "[", "[1", "{\"a\": [1]}", "null", "tcp://x", "x,y", ",", " ", "\""),
        Arbitraries.strings().ofMaxLength(40));
    return Arbitraries.maps(names, values).ofMaxSize(6);
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void anyEnvironmentIsReadOrRefused(@ForAll("environments") Map<String, String> environment) {
    Environment.Overlaid overlaid = Environment.over(
        new JsonObject("{\"strategy\": {\"type\": \"local_epmd\"}, \"node\": 5}"), environment);
    try {
      BarnacleOptions.fromJson(overlaid.json());
    } catch (InvalidOptionsException e) {
      e.faults().forEach(fault -> assertFalse(overlaid.withOrigin(fault).isBlank()));
    }
  }
}
