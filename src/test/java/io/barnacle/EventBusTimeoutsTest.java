package io.barnacle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import org.junit.jupiter.api.Test;

class EventBusTimeoutsTest {

  @Test
  void replaceTheDefaultsOfVertx() {
    VertxOptions given = new VertxOptions();
    EventBusOptions bus = EventBusTimeouts.over(given).getEventBusOptions();
    assertEquals(EventBusTimeouts.PING_INTERVAL_MS, bus.getClusterPingInterval());
    assertEquals(EventBusTimeouts.PING_REPLY_MS, bus.getClusterPingReplyInterval());
    assertEquals(EventBusTimeouts.CONNECT_MS, bus.getConnectTimeout());
    assertEquals(new EventBusOptions().getConnectTimeout(), given.getEventBusOptions().getConnectTimeout());
  }

  @Test
  void keepWhatTheCallerHasChosen() {
    EventBusOptions chosen = new EventBusOptions().setHost("10.1.2.3")
        .setClusterPingInterval(5_000).setClusterPingReplyInterval(6_000).setConnectTimeout(7_000);
    EventBusOptions bus = EventBusTimeouts.over(new VertxOptions().setEventBusOptions(chosen)).getEventBusOptions();
    assertEquals(5_000, bus.getClusterPingInterval());
    assertEquals(6_000, bus.getClusterPingReplyInterval());
    assertEquals(7_000, bus.getConnectTimeout());
    assertEquals("10.1.2.3", bus.getHost());
  }
}
