package io.barnacle;

import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;

/**
 * How soon the event bus gives up a connection that went silent. After a cut that drops packets, TCP's retransmission
 * back-off keeps an old connection stuck for about as long as the cut was, and Vert.x's defaults (a ping every 20 s, 20 s
 * for its reply, 60 s to connect) do not end it sooner: half a minute of lost messages between members that are long
 * reunited. With these a silent connection is replaced within 3 s, and a member that pauses for 2 s keeps its own.
 */
final class EventBusTimeouts {

  static final long PING_INTERVAL_MS = 1_000;
  static final long PING_REPLY_MS = 2_000;
  static final int CONNECT_MS = 1_000;

  private EventBusTimeouts() {
  }

  /** A copy of the options; what the caller has set to something else than Vert.x's defaults stays. */
  static VertxOptions over(VertxOptions given) {
    VertxOptions own = new VertxOptions(given);
    EventBusOptions bus = own.getEventBusOptions();
    if (bus.getClusterPingInterval() == EventBusOptions.DEFAULT_CLUSTER_PING_INTERVAL) {
      bus.setClusterPingInterval(PING_INTERVAL_MS);
    }
    if (bus.getClusterPingReplyInterval() == EventBusOptions.DEFAULT_CLUSTER_PING_REPLY_INTERVAL) {
      bus.setClusterPingReplyInterval(PING_REPLY_MS);
    }
    if (bus.getConnectTimeout() == EventBusOptions.DEFAULT_CONNECT_TIMEOUT) {
      bus.setConnectTimeout(CONNECT_MS);
    }
    return own;
  }
}
