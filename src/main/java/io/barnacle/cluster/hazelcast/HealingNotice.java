package io.barnacle.cluster.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.spi.properties.ClusterProperty;
import com.hazelcast.spi.properties.HazelcastProperties;
import com.hazelcast.spi.properties.HazelcastProperty;
import io.barnacle.cluster.Healing;
import io.barnacle.cluster.RegistryMode;
import io.vertx.core.eventbus.EventBusOptions;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** What an operator is told at the start about how soon this node heals: the values in effect, and what they trade. */
final class HealingNotice {

  private HealingNotice() {
  }

  /**
   * One line.
   *
   * @param eventBus the options in effect, null if they are not known
   */
  static String describe(Config config, Healing healing, RegistryMode registry, EventBusOptions eventBus) {
    HazelcastProperties properties = new HazelcastProperties(config);
    long heartbeat = seconds(properties, ClusterProperty.HEARTBEAT_INTERVAL_SECONDS);
    long silence = seconds(properties, ClusterProperty.MAX_NO_HEARTBEAT_SECONDS);
    String bus = eventBus == null ? "" : "; the event bus pings each " + eventBus.getClusterPingInterval()
        + " ms, waits " + eventBus.getClusterPingReplyInterval() + " ms for the answer and "
        + eventBus.getConnectTimeout() + " ms for a connection";
    return "healing is \"" + healing.name().toLowerCase(Locale.ROOT) + "\": a heartbeat each " + heartbeat
        + " s, a member silent for " + silence + " s is taken for dead, a connection is given up after "
        + connectTimeout(properties) + bus + overridden(config, healing, registry)
        + ". The trade: up to " + (silence + heartbeat) + " s of requests to a member that hangs or is cut off are lost,"
        + " and a pause (garbage collection, a busy or frozen host) of " + Math.max(0, silence - heartbeat)
        + " s or more may cost a member its place until it runs on";
  }

  /** What is wrong with an event bus, for people; empty if nothing is. Null options: they are not known. */
  static String advice(Healing healing, EventBusOptions eventBus) {
    List<String> slower = healing.slower(eventBus == null ? new EventBusOptions() : eventBus);
    if (slower.isEmpty()) {
      return "";
    }
    String set = "EventBusOptions " + String.join(", ", slower);
    return eventBus == null
        ? "The event bus of this Vert.x was not seen by Barnacle's VertxServiceProvider: its entry in META-INF/services is"
            + " lost (a jar of all jars has to merge these files), or other providers were set. After a silent cut it may"
            + " stay stuck for minutes longer than the cluster, unless these are set: " + set.replaceAll(" \\(is \\d+\\)", "")
        : "The event bus is slower than healing = " + healing.name().toLowerCase(Locale.ROOT)
            + ": after a silent cut its connections stay stuck for longer than the cluster is. Set " + set;
  }

  private static long seconds(HazelcastProperties properties, HazelcastProperty property) {
    return TimeUnit.MILLISECONDS.toSeconds(properties.getMillis(property));
  }

  private static String connectTimeout(HazelcastProperties properties) {
    long seconds = seconds(properties, ClusterProperty.SOCKET_CONNECT_TIMEOUT_SECONDS);
    return seconds <= 0 ? "as long as the system waits" : seconds + " s";
  }

  /** Which of the preset's properties the user's own file, or a system property, has set to something else. */
  private static String overridden(Config config, Healing healing, RegistryMode registry) {
    TreeSet<String> other = new TreeSet<>();
    EngineConfig.healing(healing, registry).forEach((key, value) -> {
      if (!Objects.equals(value, EngineConfig.valueOf(config, key))) {
        other.add(key + "=" + EngineConfig.valueOf(config, key));
      }
    });
    return other.isEmpty() ? "" : " (your own: " + String.join(", ", other) + ")";
  }
}
