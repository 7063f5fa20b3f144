package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import io.barnacle.cluster.Healing;
import io.barnacle.cluster.hazelcast.HealingAgreement.Pace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealingAgreementTest {

  @Test
  void thePaceIsThatInEffectWhoeverSetIt() {
    Config own = new Config().setProperty("hazelcast.max.no.heartbeat.seconds", "7");
    assertEquals(new Pace("fast", 5, 7), Pace.of(own, Healing.FAST));
  }

  @Test
  void whatAnotherVersionSaysIsReadOrPassedOver() {
    Pace pace = new Pace("balanced", 2, 10);
    assertEquals(pace, Pace.parse(pace.toString()));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "fast", "fast/1", "fast/1/3/4", "fast/1/x", "fast/-1/3", "fast/1/9999999999", "a b/1/3", "/1/3",
      "fast/1/3\n/", "Xx/1/3"})
  void nonsenseIsPassedOver(String text) {
    assertNull(Pace.parse(text));
  }

  @Test
  void tooFastIsWhoDoesNotWaitForTheNextHeartbeat() {
    Pace fast = new Pace("fast", 1, 3);
    assertTrue(fast.isTooFastFor(new Pace("hazelcast", 5, 60)));
    assertFalse(fast.isTooFastFor(new Pace("balanced", 2, 10)));
    assertFalse(new Pace("hazelcast", 5, 60).isTooFastFor(fast));
  }
}
