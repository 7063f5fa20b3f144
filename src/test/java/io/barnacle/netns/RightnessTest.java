package io.barnacle.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes, A and B; an address "x" that has a consumer on B. */
class RightnessTest {

  /** Long enough ago for publications to be judged, not long enough to be called silent. */
  private final long asked = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(1_700);
  private final Rightness rightness = new Rightness();

  @Test
  void rightWhenEveryPartIs() throws InterruptedException {
    expectBothSides();
    reportAll("");
    Rightness.Verdict verdict = judge();
    assertTrue(verdict.isRight(), verdict.last());
    assertEquals(Duration.ofMillis(5), verdict.took());
  }

  @ParameterizedTest
  @ValueSource(strings = {"members", "own address", "shared", "registration lost", "ghost", "publish lost",
      "publish doubled"})
  void eachPartThatIsWrongIsFound(String wrong) throws InterruptedException {
    expectBothSides();
    reportAll(wrong);
    assertFalse(judge().isRight(), wrong);
  }

  @Test
  void saysWhatIsWrongAndWhere() throws InterruptedException {
    expectBothSides();
    reportAll("ghost");
    assertEquals("registrations x on node 1: sees them on [2, gone:C], not on [2]", judge().last());
  }

  @Test
  void aNodeThatSaysNothingIsWrong() throws InterruptedException {
    expectBothSides();
    assertFalse(judge().isRight());
  }

  @Test
  void eachSideOfASplitIsJudgedByItself() throws InterruptedException {
    rightness.expect(new Expectation(Map.of(1, Set.of(1), 2, Set.of(2)), Map.of(1, "A", 2, "B"), Map.of(), false),
        List.of(), asked);
    rightness.report(1, answer("members", "").put("n", new JsonArray(List.of("A"))));
    rightness.report(2, answer("members", "").put("n", new JsonArray(List.of("B"))));
    assertTrue(judge().isRight());
  }

  private void expectBothSides() {
    Set<Integer> both = Set.of(1, 2);
    rightness.expect(new Expectation(Map.of(1, both, 2, both), Map.of(1, "A", 2, "B"),
        Map.of("x", Set.of(new Truth.Consumer(2, "test"))), true), List.of("x"), asked);
  }

  private void reportAll(String wrong) {
    for (int node = 1; node <= 2; node++) {
      boolean bad = node == 1;
      rightness.report(node, answer("members", "")
          .put("n", new JsonArray(bad && wrong.equals("members") ? List.of("A") : List.of("B", "A"))));
      rightness.report(node, ask("node." + (3 - node), bad && wrong.equals("own address")));
      rightness.report(node, ask("shared", bad && wrong.equals("shared")));
      List<String> registered = !bad ? List.of("B") : switch (wrong) {
        case "registration lost" -> List.of();
        case "ghost" -> List.of("B", "C");
        default -> List.of("B");
      };
      rightness.report(node, answer("regs", "x").put("n", new JsonArray(registered)));
      rightness.report(node, answer("pub", "x").put("p", node + "/1/1"));
      if (!(bad && wrong.equals("publish lost"))) {
        rightness.report(2, got(node));
      }
      if (bad && wrong.equals("publish doubled")) {
        rightness.report(2, got(node));
      }
    }
  }

  private Rightness.Verdict judge() throws InterruptedException {
    return rightness.await(Duration.ZERO, Duration.ZERO);
  }

  private JsonObject ask(String address, boolean fails) {
    return answer("ask", address).put("failure", fails ? "timed out" : null);
  }

  private JsonObject got(int publisher) {
    return answer("got", "x").put("c", "test").put("p", publisher + "/1/1");
  }

  private JsonObject answer(String event, String address) {
    return new JsonObject().put("e", event).put("a", address).put("sent", asked)
        .put("at", asked + TimeUnit.MILLISECONDS.toNanos(5));
  }
}
