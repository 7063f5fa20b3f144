package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.barnacle.cluster.BootstrapOptions;
import io.barnacle.cluster.BootstrapOptions.OnTimeout;
import io.barnacle.cluster.hazelcast.GateRules.Look;
import io.barnacle.cluster.hazelcast.GateRules.Step;
import io.barnacle.node.Endpoint;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GateRulesTest {

  private final BootstrapOptions options = new BootstrapOptions();
  private GateRules rules = new GateRules(options, "m");

  private Step at(long ms, String trouble, Set<String> waiting, int coming, int absent) {
    return rules.decide(new Look(ms, trouble, Set.of(), waiting, coming, absent)).step();
  }

  @Test
  void formsAtOnceWhereThereIsNobodyElse() {
    assertEquals(Step.FORM, at(5, null, Set.of(), 0, 0));
  }

  @Test
  void joinsMembersWhateverElseIs() {
    options.setMinPeers(5);
    rules = new GateRules(options, "m");
    assertEquals(Step.JOIN, rules.decide(
        new Look(5, "discovery fails", Set.of(new Endpoint("10.0.0.1", 5701)), Set.of(), 1, 1)).step());
  }

  @Test
  void believesAFailedDiscoveryAtTheDeadlineOnly() {
    assertEquals(Step.WAIT, at(9_999, "discovery fails", Set.of(), 0, 0));
    assertEquals(Step.FORM, at(10_000, "discovery fails", Set.of(), 0, 0));
  }

  @Test
  void theFirstOfThoseThatWaitForms() {
    assertEquals(Step.FORM, at(5, null, Set.of("n", "z"), 0, 0));
    assertEquals(Step.WAIT, at(9_000, null, Set.of("a", "z"), 0, 0));
    assertEquals(Step.WAIT, at(11_999, null, Set.of("a", "z"), 0, 0));
    assertEquals(Step.FORM, at(12_000, null, Set.of("a", "z"), 0, 0));
  }

  @Test
  void absentNodesAreWaitedForUntilNothingChanges() {
    assertEquals(Step.WAIT, at(0, null, Set.of(), 0, 2));
    assertEquals(Step.WAIT, at(900, null, Set.of("n"), 0, 1));
    assertEquals(Step.WAIT, at(1_800, null, Set.of("n"), 0, 1));
    assertEquals(Step.FORM, at(1_900, null, Set.of("n"), 0, 1));
  }

  @Test
  void thoseThatAreComingAreWaitedForUntilTheDeadline() {
    assertEquals(Step.WAIT, at(0, null, Set.of(), 1, 1));
    assertEquals(Step.WAIT, at(9_000, null, Set.of(), 1, 1));
    assertEquals(Step.FORM, at(10_000, null, Set.of(), 1, 1));
  }

  @Test
  void withTooFewPeersTheDeadlineDecides() {
    for (OnTimeout each : OnTimeout.values()) {
      options.setMinPeers(2).setOnTimeout(each);
      rules = new GateRules(options, "m");
      assertEquals(Step.WAIT, at(9_999, null, Set.of("n"), 0, 0));
      assertEquals(Step.valueOf(each.name()), at(10_000, null, Set.of("n"), 0, 0));
      assertEquals(Step.FORM, at(20_000, null, Set.of("n", "o"), 0, 0));
    }
  }
}
