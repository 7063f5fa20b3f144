package io.barnacle.cluster;

import io.vertx.core.eventbus.EventBusOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How soon a member that says nothing is taken for dead. Faster heals sooner; slower forgives longer pauses of a process
 * (garbage collection, a frozen virtual machine, an overloaded host) and longer hiccups of the network: who pauses for longer
 * than {@link #silence()} less one {@link #heartbeat()} may be removed, and comes back by a merge.
 *
 * <p>Nothing here delays what is certain: a process that dies is noticed by its broken connections, and clusters that find
 * each other merge at once, in all three.
 */
public enum Healing {

  /** A heartbeat each second, dead after 3 s of silence: a hang or a silent cut is noticed within 4 s. The default. */
  FAST(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(2)),

  /** A heartbeat each 2 s, dead after 10 s of silence: noticed within 12 s. For hosts that pause. */
  BALANCED(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(5)),

  /** Hazelcast's and Vert.x's own values: a heartbeat each 5 s, dead after 60 s of silence. */
  HAZELCAST(null, null, null, null);

  private final Duration heartbeat;
  private final Duration silence;
  private final Duration ping;
  private final Duration connectTimeout;

  Healing(Duration heartbeat, Duration silence, Duration ping, Duration connectTimeout) {
    this.heartbeat = heartbeat;
    this.silence = silence;
    this.ping = ping;
    this.connectTimeout = connectTimeout;
  }

  /** The time between two heartbeats; empty leaves it to Hazelcast. Costs a small packet to every other member each. */
  public Optional<Duration> heartbeat() {
    return Optional.ofNullable(heartbeat);
  }

  /** For how long a member may say nothing; empty leaves it to Hazelcast. */
  public Optional<Duration> silence() {
    return Optional.ofNullable(silence);
  }

  /** The deadline of opening a connection between members; empty leaves it to Hazelcast. */
  public Optional<Duration> connectTimeout() {
    return Optional.ofNullable(connectTimeout);
  }

  /**
   * What an event bus that is slower than this preset should be set to, such as {@code clusterPingInterval=1000 (is 20000)}.
   *
   * @return one entry for each option that is slower; none if all is well
   */
  public List<String> slower(EventBusOptions options) {
    List<String> slower = new ArrayList<>();
    if (ping != null) {
      compare(slower, "clusterPingInterval", options.getClusterPingInterval(), ping.toMillis());
      compare(slower, "clusterPingReplyInterval", options.getClusterPingReplyInterval(), 2 * ping.toMillis());
      compare(slower, "connectTimeout", options.getConnectTimeout(), ping.toMillis());
    }
    return slower;
  }

  private static void compare(List<String> slower, String option, long is, long wanted) {
    if (is > wanted) {
      slower.add(option + "=" + wanted + " (is " + is + ")");
    }
  }

  /**
   * Sets what the event bus needs to heal as fast as the cluster, where it has Vert.x's own values. After a silent cut the
   * kernel waits longer and longer before it sends again on an open connection, and before it tries to open one again; a
   * ping that is not answered in time (twice the interval, so that a short pause costs no connection) closes such a one,
   * and a short connect timeout gives the next message a fresh try. Costs a ping to each node that this one sends to, each
   * interval.
   *
   * @return the same options
   */
  public EventBusOptions tune(EventBusOptions options) {
    if (ping == null) {
      return options;
    }
    if (options.getClusterPingInterval() == EventBusOptions.DEFAULT_CLUSTER_PING_INTERVAL) {
      options.setClusterPingInterval(ping.toMillis());
    }
    if (options.getClusterPingReplyInterval() == EventBusOptions.DEFAULT_CLUSTER_PING_REPLY_INTERVAL) {
      options.setClusterPingReplyInterval(2 * ping.toMillis());
    }
    if (options.getConnectTimeout() == EventBusOptions.DEFAULT_CONNECT_TIMEOUT) {
      options.setConnectTimeout((int) ping.toMillis());
    }
    return options;
  }
}
