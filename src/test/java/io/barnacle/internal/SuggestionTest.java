package io.barnacle.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

  private static final List<String> WORDS =
      List.of("name", "pollIntervalMs", "refreshTimeoutMs", "node", "host", "port", "hostname", "hostnames");

  @ParameterizedTest
  @CsvSource({
    "nod, node",
    "prot, port",
    "POLL_INTERVAL_MS, pollIntervalMs",
    "poll-interval-ms, pollIntervalMs",
    "pollInterval, pollIntervalMs",
    "intervalMs, pollIntervalMs",
    "refresh, refreshTimeoutMs",
    "hostnmaes, hostnames",
  })
  void findsWhatWasProbablyMeant(String typed, String meant) {
    assertEquals(Optional.of(meant), Suggestion.among(WORDS, typed));
  }

  @ParameterizedTest
  @CsvSource({"colour", "ip", "tos", "x", "_", "zzzzzzzz"})
  void saysNothingWhereNothingIsNear(String typed) {
    assertEquals(Optional.empty(), Suggestion.among(WORDS, typed));
  }

  @Test
  void doesNotWorkOnHugeWords() {
    assertEquals(Optional.of("pollIntervalMs"), Suggestion.among(WORDS, "pollIntervalMs" + "x".repeat(50)));
    assertEquals(Optional.empty(), Suggestion.among(WORDS, "pollIntervalMs" + "x".repeat(51)));
  }
}
