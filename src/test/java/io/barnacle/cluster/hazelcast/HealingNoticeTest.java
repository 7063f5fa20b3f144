package io.barnacle.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import io.barnacle.cluster.Healing;
import io.barnacle.cluster.RegistryMode;
import io.vertx.core.eventbus.EventBusOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealingNoticeTest {

  private static Config config(Healing healing) {
    Config config = new Config();
    EngineConfig.healing(healing, RegistryMode.REPLICATED).forEach(config::setProperty);
    return config;
  }

  private static EventBusOptions tuned(Healing healing) {
    return healing.tune(new EventBusOptions());
  }

  @Test
  void saysTheValuesInEffectAndWhatTheyTrade() {
    assertEquals("healing is \"fast\": a heartbeat each 1 s, a member silent for 3 s is taken for dead, a connection is given"
        + " up after 2 s; the event bus pings each 1000 ms, waits 2000 ms for the answer and 1000 ms for a connection. The"
        + " trade: up to 4 s of requests to a member that hangs or is cut off are lost, and a pause (garbage collection, a"
        + " busy or frozen host) of 2 s or more may cost a member its place until it runs on",
        HealingNotice.describe(config(Healing.FAST), Healing.FAST, RegistryMode.REPLICATED, tuned(Healing.FAST)));
    String balanced = HealingNotice.describe(config(Healing.BALANCED), Healing.BALANCED, RegistryMode.REPLICATED, tuned(Healing.BALANCED));
    assertTrue(balanced.contains("silent for 10 s") && balanced.contains("pings each 3000 ms")
        && balanced.contains("up to 12 s") && balanced.contains("of 8 s or more"), balanced);
  }

  @Test
  void saysHazelcastsOwnValuesWhereThoseAreInEffect() {
    String text = HealingNotice.describe(config(Healing.HAZELCAST), Healing.HAZELCAST, RegistryMode.REPLICATED, null);
    assertTrue(text.startsWith("healing is \"hazelcast\": a heartbeat each 5 s, a member silent for 60 s"), text);
    assertFalse(text.contains("event bus"), text);
  }

  @Test
  void saysWhatTheUserHasSetHimself() {
    Config config = config(Healing.FAST).setProperty("hazelcast.max.no.heartbeat.seconds", "30");
    String text = HealingNotice.describe(config, Healing.FAST, RegistryMode.REPLICATED, null);
    assertTrue(text.contains("silent for 30 s") && text.contains("(your own: hazelcast.max.no.heartbeat.seconds=30)"), text);
  }

  @Test
  void aSlowerEventBusIsToldWhatToSet() {
    assertEquals("", HealingNotice.advice(Healing.FAST, tuned(Healing.FAST)));
    assertEquals("", HealingNotice.advice(Healing.BALANCED, tuned(Healing.FAST)), "faster does no harm");
    assertEquals("", HealingNotice.advice(Healing.HAZELCAST, new EventBusOptions()));
    String slow = HealingNotice.advice(Healing.FAST, tuned(Healing.FAST).setClusterPingInterval(7_000));
    assertTrue(slow.endsWith("Set EventBusOptions clusterPingInterval=1000 (is 7000)"), slow);
    String unseen = HealingNotice.advice(Healing.BALANCED, null);
    assertTrue(unseen.endsWith(
        "EventBusOptions clusterPingInterval=3000, clusterPingReplyInterval=6000, connectTimeout=3000"), unseen);
    assertEquals(List.of(), Healing.HAZELCAST.slower(new EventBusOptions()));
  }
}
