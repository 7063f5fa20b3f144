package io.barnacle.strategy.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.barnacle.node.Endpoint;
import io.barnacle.strategy.dns.LookupResult.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeHistoryTest {

  private static final Endpoint ONE = new Endpoint("10.0.0.1", 1);
  private static final Endpoint TWO = new Endpoint("10.0.0.2", 1);
  private static final Endpoint SIX = new Endpoint("fd00::6", 1);

  private static LookupResult answered(Map<String, Set<Endpoint>> parts, String... failed) {
    return new LookupResult(Kind.FOUND, parts, Set.of(failed), List.of());
  }

  @Test
  void theLastAnswerAloneCountsByDefault() {
    NodeHistory history = new NodeHistory(1);
    history.add(answered(Map.of("A", Set.of(ONE), "AAAA", Set.of(SIX))));
    history.add(answered(Map.of("A", Set.of(TWO), "AAAA", Set.of())));
    assertEquals(Set.of(TWO), history.endpoints());
  }

  @Test
  void aQuestionThatFailedKeepsItsLastAnswer() {
    NodeHistory history = new NodeHistory(1);
    history.add(answered(Map.of("A", Set.of(ONE), "AAAA", Set.of(SIX))));
    for (int i = 0; i < 5; i++) {
      history.add(answered(Map.of("A", Set.of(TWO)), "AAAA"));
    }
    assertEquals(Set.of(TWO, SIX), history.endpoints());
  }

  @Test
  void aQuestionThatIsNotAskedAnyMoreFades() {
    NodeHistory history = new NodeHistory(2);
    history.add(answered(Map.of("n1", Set.of(ONE), "n2", Set.of(TWO))));
    history.add(answered(Map.of("n1", Set.of(ONE))));
    assertEquals(Set.of(ONE, TWO), history.endpoints());
    history.add(answered(Map.of("n1", Set.of(ONE))));
    assertEquals(Set.of(ONE), history.endpoints());
  }

  @Test
  void emptyAnswersCount() {
    NodeHistory history = new NodeHistory(2);
    history.add(answered(Map.of("A", Set.of(ONE))));
    history.add(answered(Map.of("A", Set.of())));
    assertEquals(Set.of(ONE), history.endpoints());
    history.add(answered(Map.of("A", Set.of())));
    assertEquals(Set.of(), history.endpoints());
  }
}
